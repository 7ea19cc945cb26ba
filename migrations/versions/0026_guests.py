"""Labels on machines, and what customers report without an account."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=80), nullable=nullable)


def _hash(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def upgrade() -> None:
    op.create_table(
        "unit_label",
        _id("id"),
        _id("unit_id"),
        _hash("token_hash"),
        _id("created_by", nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_label_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_label"),
        sa.UniqueConstraint("token_hash", name="uq_unit_label_token_hash"),
    )
    op.create_index("ix_unit_label_unit_id", "unit_label", ["unit_id"])
    op.create_table(
        "guest_report",
        _id("id"),
        _id("request_id"),
        _hash("content_hash"),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
            name="fk_guest_report_request_id_service_request",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_guest_report"),
    )
    op.create_index("ix_guest_report_request_id", "guest_report", ["request_id"])
    _links()
    _photos()


def _links() -> None:
    op.create_table(
        "guest_link",
        _hash("token_hash"),
        _id("id"),
        _id("request_id", nullable=True),
        _id("order_id", nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name="fk_guest_link_request_id_service_request"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_guest_link_order_id_work_order"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_guest_link"),
        sa.UniqueConstraint("id", name="uq_guest_link_id"),
    )
    op.create_index("ix_guest_link_request_id", "guest_link", ["request_id"])
    op.create_index("ix_guest_link_order_id", "guest_link", ["order_id"])


def _photos() -> None:
    op.create_table(
        "request_photo",
        _id("id"),
        _id("request_id"),
        _hash("sha256"),
        sa.Column("added_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
            name="fk_request_photo_request_id_service_request",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request_photo"),
    )
    op.create_index(
        "ix_request_photo_request_id_sha256", "request_photo", ["request_id", "sha256"], unique=True
    )
    op.create_index("ix_request_photo_sha256", "request_photo", ["sha256"])


def downgrade() -> None:
    for table in ("request_photo", "guest_link", "guest_report", "unit_label"):
        op.drop_table(table)
