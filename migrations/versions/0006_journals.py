"""What the server knows of journals and held work; when fields were last edited."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sync_journal") as table:
        table.drop_column("forked")
        table.add_column(sa.Column("forked_at", sa.Integer(), nullable=True))
        table.add_column(sa.Column("gap", sa.Boolean(), nullable=False))
        table.add_column(sa.Column("lost", sa.JSON(), nullable=False))
        table.add_column(sa.Column("anchors", sa.JSON(), nullable=False))
    with op.batch_alter_table("sync_mutation") as table:
        table.add_column(sa.Column("entry_id", sa.String(length=80), nullable=False))
        table.add_column(sa.Column("action", sa.String(length=64), nullable=False))
        table.add_column(sa.Column("errors", sa.JSON(), nullable=False))
        table.add_column(sa.Column("raw", sa.Text(), nullable=True))
        table.add_column(sa.Column("waits_for", sa.JSON(), nullable=False))
    op.create_table(
        "held_work",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("device_id", sa.String(length=80), nullable=True),
        sa.Column("branch_id", sa.String(length=80), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("journal", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=True),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("resolution", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_held_work"),
    )
    op.create_index("ix_held_work_branch_id_status", "held_work", ["branch_id", "status"])
    op.create_index("ix_held_work_order_id", "held_work", ["order_id"])
    op.create_table(
        "field_edit",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("journal", sa.String(length=80), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "field", name="pk_field_edit"),
    )


def downgrade() -> None:
    op.drop_table("field_edit")
    op.drop_table("held_work")
    with op.batch_alter_table("sync_mutation") as table:
        for name in ("waits_for", "raw", "errors", "action", "entry_id"):
            table.drop_column(name)
    with op.batch_alter_table("sync_journal") as table:
        for name in ("anchors", "lost", "gap", "forked_at"):
            table.drop_column(name)
        table.add_column(sa.Column("forked", sa.Boolean(), nullable=False))
