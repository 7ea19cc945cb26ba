"""What waits for what, to be looked up instead of searched for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_sync_mutation_verdict", table_name="sync_mutation")
    op.create_index("ix_sync_mutation_journal_verdict", "sync_mutation", ["journal", "verdict"])
    waits = op.create_table(
        "mutation_wait",
        sa.Column("awaited", sa.String(length=80), nullable=False),
        sa.Column("mutation_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["mutation_id"], ["sync_mutation.id"], name="fk_mutation_wait_mutation_id_sync_mutation"
        ),
        sa.PrimaryKeyConstraint("awaited", "mutation_id", name="pk_mutation_wait"),
    )
    op.create_index("ix_mutation_wait_mutation_id", "mutation_wait", ["mutation_id"])
    rows = _present()
    if rows:
        op.bulk_insert(waits, rows)


def _present() -> list[dict[str, str]]:
    mutation = sa.table(
        "sync_mutation", sa.column("id"), sa.column("verdict"), sa.column("waits_for", sa.JSON)
    )
    query = sa.select(mutation.c.id, mutation.c.waits_for).where(mutation.c.verdict == "waiting")
    return [
        {"awaited": awaited, "mutation_id": mutation_id}
        for mutation_id, waits_for in op.get_bind().execute(query)
        for awaited in sorted(set(waits_for))
    ]


def downgrade() -> None:
    op.drop_table("mutation_wait")
    op.drop_index("ix_sync_mutation_journal_verdict", table_name="sync_mutation")
    op.create_index("ix_sync_mutation_verdict", "sync_mutation", ["verdict"])
