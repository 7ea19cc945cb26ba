"""Until when a technician's phone has an order that has ended."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("work_order") as table:
        table.add_column(sa.Column("on_phone_until", Moment(), nullable=True))
        table.create_index(
            op.f("ix_work_order_assignee_id_on_phone_until"), ["assignee_id", "on_phone_until"]
        )
    # What was cancelled before has been on a phone ever since: it leaves with the next sync.
    op.execute("UPDATE work_order SET on_phone_until = active_at WHERE status = 'cancelled'")


def downgrade() -> None:
    with op.batch_alter_table("work_order") as table:
        table.drop_index(op.f("ix_work_order_assignee_id_on_phone_until"))
        table.drop_column("on_phone_until")
