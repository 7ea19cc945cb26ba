"""Two values of one field, side by side; two ids of one unit."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NO_ALIAS = sa.text("alias_of IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("field_edit") as table:
        table.add_column(sa.Column("person_id", sa.String(80), nullable=True))
    op.create_table(
        "collision",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("of_kind", sa.String(40), nullable=False),
        sa.Column("of_id", sa.String(80), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("note", sa.String(20), nullable=False),
        sa.Column("branch_id", sa.String(80), nullable=True),
        sa.Column("stands", sa.JSON(), nullable=True),
        sa.Column("stands_by", sa.String(80), nullable=True),
        sa.Column("stands_at", Moment(), nullable=True),
        sa.Column("kept", sa.JSON(), nullable=True),
        sa.Column("kept_by", sa.String(80), nullable=True),
        sa.Column("kept_at", Moment(), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("settled_by", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_collision"),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_collision_branch_id_branch"),
    )
    op.create_index("ix_collision_branch_id", "collision", ["branch_id"])
    op.create_index(
        "ix_collision_of_kind_of_id_settled_at", "collision", ["of_kind", "of_id", "settled_at"]
    )
    _alias_units()


def _alias_units() -> None:
    op.drop_index("ix_unit_model_id_serial", "unit")
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("alias_of", sa.String(80), nullable=True))
        table.add_column(sa.Column("registered_by", sa.String(80), nullable=True))
        table.add_column(sa.Column("registered_for", sa.String(80), nullable=True))
        table.create_foreign_key("fk_unit_alias_of_unit", "unit", ["alias_of"], ["id"])
        table.create_index("ix_unit_alias_of", ["alias_of"])
        table.create_index("ix_unit_registered_for", ["registered_for"])
    op.create_index(
        "ix_unit_model_id_serial",
        "unit",
        ["model_id", "serial"],
        unique=True,
        sqlite_where=_NO_ALIAS,
        postgresql_where=_NO_ALIAS,
    )
    op.create_table(
        "unit_alias",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(80), nullable=False),
        sa.Column("serial", sa.String(80), nullable=False),
        sa.Column("registered_by", sa.String(80), nullable=True),
        sa.Column("registered_at", Moment(), nullable=False),
        sa.Column("uses", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_alias"),
        sa.ForeignKeyConstraint(["id"], ["unit.id"], name="fk_unit_alias_id_unit"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_alias_unit_id_unit"),
    )
    op.create_index("ix_unit_alias_unit_id", "unit_alias", ["unit_id"])


def downgrade() -> None:
    op.drop_table("unit_alias")
    op.drop_index("ix_unit_model_id_serial", "unit")
    with op.batch_alter_table("unit") as table:
        table.drop_index("ix_unit_registered_for")
        table.drop_index("ix_unit_alias_of")
        table.drop_constraint("fk_unit_alias_of_unit", type_="foreignkey")
        for name in ("registered_for", "registered_by", "alias_of"):
            table.drop_column(name)
    op.create_index("ix_unit_model_id_serial", "unit", ["model_id", "serial"], unique=True)
    op.drop_table("collision")
    with op.batch_alter_table("field_edit") as table:
        table.drop_column("person_id")
