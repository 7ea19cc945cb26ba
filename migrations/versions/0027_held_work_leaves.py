"""Until when decided work stays on its author's phones."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INDEX = "ix_held_work_person_id_on_phone_until"


def upgrade() -> None:
    op.add_column("held_work", sa.Column("on_phone_until", Moment(), nullable=True))
    # What was decided before is on the phones, and leaves them when they have seen so.
    op.execute(
        "UPDATE held_work SET on_phone_until = received_at WHERE status NOT IN ('open', 'waiting')"
    )
    op.create_index(_INDEX, "held_work", ["person_id", "on_phone_until"])


def downgrade() -> None:
    op.drop_index(_INDEX, "held_work")
    with op.batch_alter_table("held_work") as table:
        table.drop_column("on_phone_until")
