"""What is put off in the inbox, and where it finds the few rows that wait for a person."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MARKED = ("part_line", "consent")
_DOUBTED = "ix_sync_mutation_clock_suspicious_journal"


def upgrade() -> None:
    op.create_table(
        "decision_note",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("of_id", sa.String(length=80), nullable=False),
        sa.Column("branch_id", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("noted_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name="fk_decision_note_branch_id_branch"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision_note"),
    )
    op.create_index("ix_decision_note_kind_of_id", "decision_note", ["kind", "of_id"])
    for table in _MARKED:
        op.create_index(f"ix_{table}_review", table, ["review"])
    few = sa.text("clock_suspicious")
    op.create_index(
        _DOUBTED,
        "sync_mutation",
        ["clock_suspicious", "journal"],
        sqlite_where=few,
        postgresql_where=few,
    )


def downgrade() -> None:
    op.drop_index(_DOUBTED, "sync_mutation")
    for table in _MARKED:
        op.drop_index(f"ix_{table}_review", table)
    op.drop_table("decision_note")
