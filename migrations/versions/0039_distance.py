"""How far from the site a technician checked in."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("distance_m", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("visit", "distance_m")
