"""One-time codes, what is a phone's own, and erasures."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=80), nullable=nullable)


def _phone(*, nullable: bool = False) -> sa.Column[str]:
    return sa.Column("phone", sa.String(length=200), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "guest_code",
        _id("id"),
        _phone(),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_guest_code"),
    )
    op.create_index("ix_guest_code_phone_created_at", "guest_code", ["phone", "created_at"])
    op.create_table(
        "guest_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        _phone(),
        _at("created_at"),
        _at("expires_at"),
        _at("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_guest_session"),
    )
    op.create_table(
        "erasure_request",
        _id("id"),
        _phone(nullable=True),
        _id("branch_id"),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        _at("asked_at"),
        _at("decided_at", nullable=True),
        _id("decided_by", nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name="fk_erasure_request_branch_id_branch"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_request"),
    )
    op.create_index("ix_erasure_request_status_asked_at", "erasure_request", ["status", "asked_at"])


def downgrade() -> None:
    for table in ("erasure_request", "guest_session", "guest_code"):
        op.drop_table(table)
