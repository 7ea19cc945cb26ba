"""A help request goes through the branch's head and manager before the head office has it."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("again_of", sa.String(length=80)),
    ("steps", sa.JSON()),
    ("helper_id", sa.String(length=80)),
    ("comes_on", sa.Date()),
    ("work", sa.Text()),
    ("minutes", sa.Integer()),
    ("charge_fen", sa.BigInteger()),
    ("confirmed_by", sa.String(length=80)),
    ("confirmed_at", Moment()),
)
# Nobody had to stamp those that are there: what was answered stays so, and the rest is before the
# head office already.
THERE = """
UPDATE support_request
SET status = CASE WHEN answered_at IS NULL THEN 'forwarded' ELSE 'answered' END
"""


def upgrade() -> None:
    status = sa.Column("status", sa.String(length=20), nullable=False, server_default="asked")
    op.add_column("support_request", status)
    for name, kind in _COLUMNS:
        op.add_column("support_request", sa.Column(name, kind, nullable=True))
    op.execute(THERE)
    with op.batch_alter_table("support_request") as batch:
        batch.alter_column("status", server_default=None)
    op.create_index("ix_support_request_status", "support_request", ["status"])


def downgrade() -> None:
    op.drop_index("ix_support_request_status", "support_request")
    for name in (*reversed([name for name, _kind in _COLUMNS]), "status"):
        op.drop_column("support_request", name)
