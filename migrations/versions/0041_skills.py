"""Which models people were trained for, and which are for trained people only."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "skill",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("model_id", sa.String(length=80), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("trained_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_skill_person_id_person"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["product_model.id"], name="fk_skill_model_id_product_model"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_skill"),
        sa.UniqueConstraint("person_id", "model_id", name="uq_skill_person_id_model_id"),
    )
    op.create_index("ix_skill_model_id", "skill", ["model_id"])
    op.add_column("product_model", sa.Column("trained_only", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("product_model", "trained_only")
    op.drop_table("skill")
