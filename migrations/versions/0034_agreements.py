"""An agreement above the limit is signed under the hash of what was told."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent", sa.Column("strokes", sa.JSON(), nullable=True))
    op.add_column("consent", sa.Column("hash", sa.String(length=64), nullable=True))
    op.create_table(
        "agreement_seal",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("device_key", sa.String(length=200), nullable=True),
        sa.Column("device_signature", sa.String(length=200), nullable=True),
        sa.Column("device_check", sa.String(length=20), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("server_key", sa.String(length=64), nullable=True),
        sa.Column("countersignature", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["consent.id"], name=op.f("fk_agreement_seal_id_consent")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_agreement_seal_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_seal")),
    )
    op.create_index("ix_agreement_seal_order_id", "agreement_seal", ["order_id"])


def downgrade() -> None:
    op.drop_index("ix_agreement_seal_order_id", "agreement_seal")
    op.drop_table("agreement_seal")
    op.drop_column("consent", "hash")
    op.drop_column("consent", "strokes")
