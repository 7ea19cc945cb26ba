"""The company and its people, customers, catalogue, units."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "branch",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("approval", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_branch"),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("report_terms_zh", sa.Text(), nullable=True),
        sa.Column("report_terms_en", sa.Text(), nullable=True),
        sa.Column("privacy_zh", sa.Text(), nullable=True),
        sa.Column("privacy_en", sa.Text(), nullable=True),
        sa.Column("contact_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_company"),
    )
    op.create_table(
        "fault_code",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.String(length=80), nullable=True),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["fault_code.id"], name="fk_fault_code_parent_id_fault_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fault_code"),
        sa.UniqueConstraint("code", name="uq_fault_code_code"),
    )
    op.create_index("ix_fault_code_parent_id", "fault_code", ["parent_id"], unique=False)
    op.create_table(
        "order_type",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("photo_slots", sa.JSON(), nullable=False),
        sa.Column("min_photos", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_type"),
        sa.UniqueConstraint("code", name="uq_order_type_code"),
    )
    op.create_table(
        "part",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("serialised", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_part"),
        sa.UniqueConstraint("number", name="uq_part_number"),
    )
    op.create_table(
        "product_model",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.Column("warranty_months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product_model"),
        sa.UniqueConstraint("code", name="uq_product_model_code"),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("grade", sa.String(length=10), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_customer_branch_id_branch"),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
    )
    op.create_index("ix_customer_branch_id", "customer", ["branch_id"], unique=False)
    op.create_index("ix_customer_name", "customer", ["name"], unique=False)
    op.create_table(
        "part_price",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("part_id", sa.String(length=80), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_part_price_part_id_part"),
        sa.PrimaryKeyConstraint("id", name="pk_part_price"),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("branch_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_provider_branch_id_branch"),
        sa.PrimaryKeyConstraint("id", name="pk_provider"),
    )
    op.create_index("ix_provider_branch_id", "provider", ["branch_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("badge", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("branch_id", sa.String(length=80), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_person_branch_id_branch"),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name="fk_person_provider_id_provider"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("login", name="uq_person_login"),
    )
    op.create_index("ix_person_branch_id", "person", ["branch_id"], unique=False)
    op.create_index("ix_person_provider_id", "person", ["provider_id"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=80), nullable=False),
        sa.Column("branch_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=True),
        sa.Column("lat_e7", sa.Integer(), nullable=True),
        sa.Column("lng_e7", sa.Integer(), nullable=True),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_site_branch_id_branch"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_site_customer_id_customer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
    )
    op.create_index("ix_site_branch_id", "site", ["branch_id"], unique=False)
    op.create_index("ix_site_customer_id", "site", ["customer_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=80), nullable=False),
        sa.Column("site_id", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_contact_customer_id_customer"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_contact_site_id_site"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )
    op.create_index("ix_contact_customer_id", "contact", ["customer_id"], unique=False)
    op.create_index("ix_contact_site_id", "contact", ["site_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("platform", sa.String(length=200), nullable=True),
        sa.Column("app", sa.String(length=40), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("pending", sa.Integer(), nullable=True),
        sa.Column("pending_photos", sa.Integer(), nullable=True),
        sa.Column("oldest_unsent", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_device_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("code", name="uq_device_code"),
    )
    op.create_index("ix_device_person_id", "device", ["person_id"], unique=False)
    op.create_table(
        "password_reset",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_password_reset_person_id_person"
        ),
        sa.PrimaryKeyConstraint("code_hash", name="pk_password_reset"),
    )
    op.create_index("ix_password_reset_person_id", "password_reset", ["person_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("model_id", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=True),
        sa.Column("customer_id", sa.String(length=80), nullable=False),
        sa.Column("site_id", sa.String(length=80), nullable=False),
        sa.Column("branch_id", sa.String(length=80), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("warranty_end", sa.Date(), nullable=True),
        sa.Column("agreement_number", sa.String(length=80), nullable=True),
        sa.Column("agreement_end", sa.Date(), nullable=True),
        sa.Column("running_hours", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_unit_branch_id_branch"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_unit_customer_id_customer"
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["product_model.id"], name="fk_unit_model_id_product_model"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_unit_site_id_site"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    op.create_index("ix_unit_batch", "unit", ["batch"], unique=False)
    op.create_index("ix_unit_branch_id", "unit", ["branch_id"], unique=False)
    op.create_index("ix_unit_customer_id", "unit", ["customer_id"], unique=False)
    op.create_index("ix_unit_model_id_serial", "unit", ["model_id", "serial"], unique=True)
    op.create_index("ix_unit_serial", "unit", ["serial"], unique=False)
    op.create_index("ix_unit_site_id", "unit", ["site_id"], unique=False)
    op.create_table(
        "service_history",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=True),
        sa.Column("order_number", sa.String(length=80), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=True),
        sa.Column("fault_code_id", sa.String(length=80), nullable=True),
        sa.Column("raw_text", sa.Text(), nullable=True),
        sa.Column("work_done", sa.Text(), nullable=True),
        sa.Column("running_hours", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["fault_code_id"], ["fault_code.id"], name="fk_service_history_fault_code_id_fault_code"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_service_history_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_service_history"),
    )
    op.create_index("ix_service_history_order_id", "service_history", ["order_id"], unique=False)
    op.create_index(
        "ix_service_history_unit_id_happened_on_id",
        "service_history",
        ["unit_id", "happened_on", "id"],
        unique=False,
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("device_id", sa.String(length=80), nullable=True),
        sa.Column("agent", sa.String(length=400), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_session_device_id_device"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_device_id", "session", ["device_id"], unique=False)
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("session")
    op.drop_table("service_history")
    op.drop_table("unit")
    op.drop_table("password_reset")
    op.drop_table("device")
    op.drop_table("contact")
    op.drop_table("site")
    op.drop_table("person")
    op.drop_table("provider")
    op.drop_table("part_price")
    op.drop_table("customer")
    op.drop_table("product_model")
    op.drop_table("part")
    op.drop_table("order_type")
    op.drop_table("fault_code")
    op.drop_table("company")
    op.drop_table("branch")
