"""A serial may be read later, from the photo of the nameplate."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("serial_photo_id", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("visit", "serial_photo_id")
