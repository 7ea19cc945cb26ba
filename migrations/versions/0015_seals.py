"""Keys of devices, and what was received of sealed acts, as it came."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_key",
        sa.Column("public_key", sa.String(130), nullable=False),
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_device_key_device_id_device")
        ),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_device_key")),
    )
    op.create_index(op.f("ix_device_key_device_id"), "device_key", ["device_id"])
    op.create_table(
        "seal",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("report_id", sa.String(80), nullable=False),
        sa.Column("order_id", sa.String(80), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("device_key", sa.String(200), nullable=True),
        sa.Column("device_signature", sa.String(200), nullable=True),
        sa.Column("device_check", sa.String(20), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("server_key", sa.String(64), nullable=True),
        sa.Column("countersignature", sa.String(128), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_seal_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_seal_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_index(op.f("ix_seal_report_id"), "seal", ["report_id"])
    op.create_index(op.f("ix_seal_order_id"), "seal", ["order_id"])


def downgrade() -> None:
    op.drop_table("seal")
    op.drop_table("device_key")
