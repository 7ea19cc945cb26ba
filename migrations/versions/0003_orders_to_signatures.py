"""Work orders, visits, reports and signatures, stock."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("stored_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_photo_file"),
    )
    op.create_table(
        "van_stock",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("part_id", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_van_stock_part_id_part"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_van_stock_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_van_stock"),
    )
    op.create_index("ix_van_stock_person_id", "van_stock", ["person_id"], unique=False)
    op.create_table(
        "work_order",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("provisional_number", sa.String(length=80), nullable=True),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("branch_id", sa.String(length=80), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("assignee_id", sa.String(length=80), nullable=True),
        sa.Column("customer_id", sa.String(length=80), nullable=False),
        sa.Column("site_id", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=80), nullable=True),
        sa.Column("contact_name", sa.String(length=200), nullable=True),
        sa.Column("contact_phone", sa.String(length=200), nullable=True),
        sa.Column("symptom", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("contact_due_at", Moment(), nullable=True),
        sa.Column("contacted_at", Moment(), nullable=True),
        sa.Column("window_start", Moment(), nullable=True),
        sa.Column("window_end", Moment(), nullable=True),
        sa.Column("approval", sa.String(length=20), nullable=False),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=True),
        sa.Column("assignment_id", sa.String(length=80), nullable=True),
        sa.Column("active_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["person.id"], name="fk_work_order_assignee_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name="fk_work_order_branch_id_branch"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_work_order_customer_id_customer"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name="fk_work_order_provider_id_provider"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_work_order_site_id_site"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_work_order_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_work_order"),
        sa.UniqueConstraint("number", name="uq_work_order_number"),
    )
    op.create_index("ix_work_order_active_at", "work_order", ["active_at"], unique=False)
    op.create_index(
        "ix_work_order_assignee_id_status", "work_order", ["assignee_id", "status"], unique=False
    )
    op.create_index(
        "ix_work_order_branch_id_status", "work_order", ["branch_id", "status"], unique=False
    )
    op.create_index("ix_work_order_customer_id", "work_order", ["customer_id"], unique=False)
    op.create_index("ix_work_order_decision", "work_order", ["decision"], unique=False)
    op.create_index(
        "ix_work_order_provider_id_status", "work_order", ["provider_id", "status"], unique=False
    )
    op.create_index(
        "ix_work_order_provisional_number", "work_order", ["provisional_number"], unique=False
    )
    op.create_index("ix_work_order_received_at", "work_order", ["received_at"], unique=False)
    op.create_index("ix_work_order_site_id", "work_order", ["site_id"], unique=False)
    op.create_index(
        "ix_work_order_status_received_at", "work_order", ["status", "received_at"], unique=False
    )
    op.create_index("ix_work_order_unit_id", "work_order", ["unit_id"], unique=False)
    op.create_index("ix_work_order_window_start", "work_order", ["window_start"], unique=False)
    op.create_table(
        "order_assignment",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("assigned_at", Moment(), nullable=False),
        sa.Column("assigned_by", sa.String(length=80), nullable=True),
        sa.Column("dispatched_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_order_assignment_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_order_assignment_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name="fk_order_assignment_provider_id_provider"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_assignment"),
    )
    op.create_index(
        "ix_order_assignment_order_id_person_id",
        "order_assignment",
        ["order_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=80), nullable=True),
        sa.Column("arrived_at", Moment(), nullable=False),
        sa.Column("arrival_method", sa.String(length=20), nullable=False),
        sa.Column("lat_e7", sa.Integer(), nullable=True),
        sa.Column("lng_e7", sa.Integer(), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("place_note", sa.String(length=200), nullable=True),
        sa.Column("fault_code_id", sa.String(length=80), nullable=True),
        sa.Column("failure_mode", sa.String(length=200), nullable=True),
        sa.Column("onset", sa.String(length=200), nullable=True),
        sa.Column("diagnosis", sa.Text(), nullable=True),
        sa.Column("work_done", sa.Text(), nullable=True),
        sa.Column("running_hours", sa.Integer(), nullable=True),
        sa.Column("test_result", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("left_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fault_code_id"], ["fault_code.id"], name="fk_visit_fault_code_id_fault_code"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_visit_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_visit_person_id_person"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_visit_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
    )
    op.create_index("ix_visit_arrived_at", "visit", ["arrived_at"], unique=False)
    op.create_index("ix_visit_order_id", "visit", ["order_id"], unique=False)
    op.create_index("ix_visit_person_id", "visit", ["person_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("device_id", sa.String(length=80), nullable=False),
        sa.Column("assignment_id", sa.String(length=80), nullable=False),
        sa.Column("delivered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["order_assignment.id"],
            name="fk_delivery_assignment_id_order_assignment",
        ),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_delivery_device_id_device"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_delivery_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_delivery_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    op.create_index(
        "ix_delivery_assignment_id_device_id",
        "delivery",
        ["assignment_id", "device_id"],
        unique=True,
    )
    op.create_index("ix_delivery_order_id", "delivery", ["order_id"], unique=False)
    op.create_table(
        "part_line",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("visit_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("part_id", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("new_serial", sa.String(length=200), nullable=True),
        sa.Column("old_serial", sa.String(length=200), nullable=True),
        sa.Column("fitted_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_part_line_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_part_line_part_id_part"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_part_line_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_part_line"),
    )
    op.create_index("ix_part_line_order_id", "part_line", ["order_id"], unique=False)
    op.create_index("ix_part_line_visit_id", "part_line", ["visit_id"], unique=False)
    op.create_table(
        "photo",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("visit_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=True),
        sa.Column("thumb", sa.Text(), nullable=False),
        sa.Column("stored_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_photo_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_photo_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_photo"),
    )
    op.create_index("ix_photo_order_id", "photo", ["order_id"], unique=False)
    op.create_index("ix_photo_sha256", "photo", ["sha256"], unique=False)
    op.create_index("ix_photo_visit_id", "photo", ["visit_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("visit_id", sa.String(length=80), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("provisional_number", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("presented_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_report_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_report_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("number", name="uq_report_number"),
    )
    op.create_index("ix_report_order_id_round", "report", ["order_id", "round"], unique=False)
    op.create_index("ix_report_provisional_number", "report", ["provisional_number"], unique=False)
    op.create_index("ix_report_visit_id", "report", ["visit_id"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("report_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_dispute_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_dispute_report_id_report"),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
    )
    op.create_index("ix_dispute_order_id", "dispute", ["order_id"], unique=False)
    op.create_index("ix_dispute_report_id", "dispute", ["report_id"], unique=False)
    op.create_table(
        "report_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("report_id", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_report_link_report_id_report"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_report_link"),
        sa.UniqueConstraint("id", name="uq_report_link_id"),
    )
    op.create_index("ix_report_link_report_id", "report_link", ["report_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("report_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("report_hash", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("signer_name", sa.String(length=80), nullable=False),
        sa.Column("signer_title", sa.String(length=200), nullable=True),
        sa.Column("signer_phone", sa.String(length=200), nullable=True),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("signed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_signature_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_signature_report_id_report"),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
    )
    op.create_index("ix_signature_order_id", "signature", ["order_id"], unique=False)
    op.create_index("ix_signature_report_id", "signature", ["report_id"], unique=False)
    op.create_table(
        "stock_move",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("location", sa.String(length=100), nullable=False),
        sa.Column("part_id", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=True),
        sa.Column("part_line_id", sa.String(length=80), nullable=True),
        sa.Column("moved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_stock_move_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_stock_move_part_id_part"),
        sa.ForeignKeyConstraint(
            ["part_line_id"], ["part_line.id"], name="fk_stock_move_part_line_id_part_line"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stock_move"),
    )
    op.create_index(
        "ix_stock_move_location_part_id", "stock_move", ["location", "part_id"], unique=False
    )
    op.create_index("ix_stock_move_order_id", "stock_move", ["order_id"], unique=False)
    op.create_table(
        "unsigned_record",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("report_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("witness", sa.String(length=200), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_unsigned_record_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_unsigned_record_report_id_report"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unsigned_record"),
    )
    op.create_index("ix_unsigned_record_order_id", "unsigned_record", ["order_id"], unique=False)
    op.create_index("ix_unsigned_record_report_id", "unsigned_record", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unsigned_record")
    op.drop_table("stock_move")
    op.drop_table("signature")
    op.drop_table("report_link")
    op.drop_table("dispute")
    op.drop_table("report")
    op.drop_table("photo")
    op.drop_table("part_line")
    op.drop_table("delivery")
    op.drop_table("visit")
    op.drop_table("order_assignment")
    op.drop_table("work_order")
    op.drop_table("van_stock")
    op.drop_table("photo_file")
