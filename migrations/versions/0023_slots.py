"""What people are certified for, what orders ask for, and whose time they take."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("valid_through", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_certificate_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
    )
    op.create_index("ix_certificate_person_id_kind", "certificate", ["person_id", "kind"])
    op.create_table(
        "certificate_need",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=True),
        sa.Column("model_id", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["model_id"], ["product_model.id"], name="fk_certificate_need_model_id_product_model"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_need"),
    )
    op.create_table(
        "order_slot",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["work_order.id"], name="fk_order_slot_id_work_order"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_order_slot_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_slot"),
    )
    op.create_index("ix_order_slot_person_id_starts_at", "order_slot", ["person_id", "starts_at"])
    op.create_index("ix_order_slot_starts_at", "order_slot", ["starts_at"])
    if op.get_bind().dialect.name == "postgresql":
        # A person's id as a range of one number: so that no extension is needed beside the range
        # of time. Two ids with the same 64-bit number would be one person in 10^19.
        op.execute(
            "ALTER TABLE order_slot ADD CONSTRAINT ex_order_slot_one_at_a_time EXCLUDE USING gist ("
            " int8range(hashtextextended(person_id, 0), hashtextextended(person_id, 0), '[]')"
            " WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
        )


def downgrade() -> None:
    for table in ("order_slot", "certificate_need", "certificate"):
        op.drop_table(table)
