"""Backups and how far they reach; a stamp for each position, by which a restore is noticed."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backup"),
    )
    op.create_table(
        "restored",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("noticed_at", Moment(), nullable=False),
        sa.Column("lost_from", Moment(), nullable=False),
        sa.Column("lost_to", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_restored"),
    )
    op.create_table(
        "sync_stamp",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_sync_stamp"),
    )
    _stamp_the_present()
    with op.batch_alter_table("sync_journal") as table:
        table.add_column(
            sa.Column("backed_up", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
    with op.batch_alter_table("photo_file") as table:
        table.add_column(
            sa.Column("backed_up", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def _stamp_the_present() -> None:
    """Cursors of the present position are known from here on."""
    stamps = sa.table(
        "sync_stamp",
        sa.column("position", sa.BigInteger()),
        sa.column("token", sa.String()),
        sa.column("at", Moment()),
    )
    connection = op.get_bind()
    position = connection.execute(sa.text("SELECT position FROM sync_clock")).scalar_one()
    now: datetime | str = datetime.now(UTC)
    if connection.dialect.name == "sqlite":
        now = f"{now:%Y-%m-%dT%H:%M:%S.000Z}"
    op.bulk_insert(stamps, [{"position": position, "token": secrets.token_hex(8), "at": now}])


def downgrade() -> None:
    with op.batch_alter_table("photo_file") as table:
        table.drop_column("backed_up")
    with op.batch_alter_table("sync_journal") as table:
        table.drop_column("backed_up")
    op.drop_table("sync_stamp")
    op.drop_table("restored")
    op.drop_table("backup")
