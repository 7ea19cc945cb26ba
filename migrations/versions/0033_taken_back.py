"""A part recorded by mistake is taken back; a line says out of whose van its part came."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

# The ledger knew it all along.
VANS = """
UPDATE part_line SET van_person_id = (
  SELECT substr(m.location, 5) FROM stock_move m
  WHERE m.order_id = part_line.order_id AND m.part_line_id = part_line.id AND m.reason = 'used'
)
"""


def upgrade() -> None:
    op.add_column("part_line", sa.Column("van_person_id", sa.String(length=80), nullable=True))
    op.add_column("part_line", sa.Column("taken_back_at", Moment(), nullable=True))
    op.add_column("part_line", sa.Column("taken_back_by", sa.String(length=80), nullable=True))
    op.add_column("part_line", sa.Column("taken_back_reason", sa.Text(), nullable=True))
    op.execute(VANS)


def downgrade() -> None:
    for name in ("taken_back_reason", "taken_back_by", "taken_back_at", "van_person_id"):
        op.drop_column("part_line", name)
