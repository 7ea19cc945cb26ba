"""What a visit leaves: checks, readings, labour, calls for help, hand-overs, findings; recalls."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, dict[str, Any]] = {
    "visit": {
        "checklist": sa.JSON(),
        "scanned_serial": sa.String(200),
        "serial_differs": sa.Boolean(),
        "readings": sa.JSON(),
        "labour": sa.JSON(),
        "work_report": sa.Text(),
    },
    "photo": {"marks": sa.JSON()},
    "work_order": {"answers": sa.JSON(), "helpers": sa.JSON()},
    "product_model": {"readings": sa.JSON()},
    "fault_code": {"major": sa.Boolean()},
}


def _id(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=80), nullable=null)


def _of_visit(table: str, *columns: sa.Column[Any], people: str) -> None:
    """A table of something that a visit left."""
    named = {"order_id": "work_order", "visit_id": "visit", people: "person"}
    named |= {c.name: c.name.removesuffix("_id") for c in columns if c.name in _POINTING}
    op.create_table(
        table,
        _id("id"),
        _id("order_id"),
        _id("visit_id"),
        *columns,
        _id(people),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")
            for column, to in named.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_order_id", table, ["order_id"])
    op.create_index(f"ix_{table}_visit_id", table, ["visit_id"])


_POINTING = ("unit_id", "fault_code_id")


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, kind in columns.items():
                batch.add_column(sa.Column(name, kind, nullable=True))
    _of_visit(
        "support_request",
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        _id("answered_by", null=True),
        sa.Column("answered_at", Moment(), nullable=True),
        people="asked_by",
    )
    _of_visit(
        "hand_over",
        _id("unit_id", null=True),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("serial", sa.String(200), nullable=True),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("accessories", sa.Text(), nullable=True),
        sa.Column("given_by", sa.String(80), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        people="taken_by",
    )
    _of_visit(
        "finding",
        _id("unit_id", null=True),
        sa.Column("symptom", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        _id("new_order_id", null=True),
        sa.Column("new_number", sa.String(80), nullable=True),
        people="found_by",
    )
    _of_visit(
        "part_return",
        _id("fault_code_id", null=True),
        sa.Column("opened_at", Moment(), nullable=False),
        people="opened_by",
    )
    op.create_table(
        "recall",
        _id("id"),
        sa.Column("code", sa.String(80), nullable=False),
        _id("model_id"),
        sa.Column("batches", sa.JSON(), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["product_model.id"], name="fk_recall_model_id_product_model"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recall"),
        sa.UniqueConstraint("code", name="uq_recall_code"),
    )


def downgrade() -> None:
    for table in ("recall", "part_return", "finding", "hand_over", "support_request"):
        op.drop_table(table)
    for table, columns in reversed(_COLUMNS.items()):
        with op.batch_alter_table(table) as batch:
            for name in reversed(columns):
                batch.drop_column(name)
