"""What a visit asks for is the company's: its checklists, in versions; a visit keeps its own."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_LISTS = ("types", "severities", "models", "checks", "readings")


def upgrade() -> None:
    op.create_table(
        "checklist",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in _LISTS),
        sa.Column("begins_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_checklist"),
        sa.UniqueConstraint("code", "version", name="uq_checklist_code_version"),
    )
    op.add_column("visit", sa.Column("checklists", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("visit", "checklists")
    op.drop_table("checklist")
