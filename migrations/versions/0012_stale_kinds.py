"""Names and providers leave the channel that everybody reads; kinds to be published anew."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stale_kind",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_stale_kind"),
    )
    # Their channels have changed; the next start publishes them there.
    stale = sa.table("stale_kind", sa.column("kind", sa.String()))
    connection = op.get_bind()
    for kind, name in (("person_card", "person"), ("provider", "provider")):
        if connection.execute(sa.select(sa.table(name, sa.column("id")).c.id).limit(1)).first():
            op.bulk_insert(stale, [{"kind": kind}])


def downgrade() -> None:
    op.drop_table("stale_kind")
