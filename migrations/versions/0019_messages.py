"""The outbox of messages, its templates and preferences, push subscriptions, contacts' e-mail."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact") as table:
        table.add_column(sa.Column("email", sa.String(length=200), nullable=True))
    op.create_table(
        "message_template",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
    )
    op.create_table(
        "message_preference",
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("push", sa.Boolean(), nullable=False),
        sa.Column("chat", sa.Boolean(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_preference_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_message_preference")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=True),
        sa.Column("customer_id", sa.String(length=80), nullable=True),
        sa.Column("order_id", sa.String(length=80), nullable=True),
        sa.Column("report_id", sa.String(length=80), nullable=True),
        sa.Column("branch_id", sa.String(length=80), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("step_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("lease", sa.String(length=80), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=20), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_message_branch_id_branch")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_message_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_message_order_id_work_order")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_message_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_due_at"), "message", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_message_order_id_person_id"), "message", ["order_id", "person_id"], unique=False
    )
    op.create_index(
        op.f("ix_message_status_created_at"), "message", ["status", "created_at"], unique=False
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("session_id", sa.String(length=80), nullable=True),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=200), nullable=False),
        sa.Column("auth", sa.String(length=100), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_push_subscription_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
    )
    op.create_index(
        op.f("ix_push_subscription_person_id"), "push_subscription", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_push_subscription_session_id"), "push_subscription", ["session_id"], unique=False
    )
    op.create_table(
        "message_step",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_step_message_id_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_step")),
    )
    op.create_index(
        op.f("ix_message_step_message_id"), "message_step", ["message_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_message_step_message_id"), table_name="message_step")
    op.drop_table("message_step")
    op.drop_index(op.f("ix_push_subscription_session_id"), table_name="push_subscription")
    op.drop_index(op.f("ix_push_subscription_person_id"), table_name="push_subscription")
    op.drop_table("push_subscription")
    op.drop_index(op.f("ix_message_status_created_at"), table_name="message")
    op.drop_index(op.f("ix_message_order_id_person_id"), table_name="message")
    op.drop_index(op.f("ix_message_due_at"), table_name="message")
    op.drop_table("message")
    op.drop_table("message_preference")
    op.drop_table("message_template")
    with op.batch_alter_table("contact") as table:
        table.drop_column("email")
