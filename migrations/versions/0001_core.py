"""What the core keeps: audit, feed, journals of phones."""

import secrets

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=True),
        sa.Column("device_id", sa.String(length=80), nullable=True),
        sa.Column("command", sa.String(length=80), nullable=False),
        sa.Column("command_id", sa.String(length=80), nullable=True),
        sa.Column("subject", sa.String(length=160), nullable=True),
        sa.Column("args", sa.Text(), nullable=True),
        sa.Column("args_hash", sa.String(length=64), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_subject_n", "audit_entry", ["subject", "n"], unique=False)
    op.create_table(
        "command_result",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("args_hash", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_command_result"),
    )
    op.create_table(
        "number_series",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_number_series"),
    )
    op.create_table(
        "sync_channel",
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_sync_channel"),
    )
    clock = op.create_table(
        "sync_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.String(length=40), nullable=False),
        sa.Column("audit_n", sa.BigInteger(), nullable=False),
        sa.Column("audit_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_clock"),
    )
    # Every database has its one clock row from the start, with a checkpoint of its own.
    first = {"id": 1, "position": 0, "rid": 0, "checkpoint": secrets.token_hex(16)}
    op.bulk_insert(clock, [first | {"audit_n": 0, "audit_hash": "0" * 64}])
    op.create_table(
        "sync_feed",
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("rid", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "kind", "id", name="pk_sync_feed"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sync_feed_kind_id", "sync_feed", ["kind", "id"], unique=False)
    op.create_index(
        "ix_sync_feed_position_channel_kind_id",
        "sync_feed",
        ["position", "channel", "kind", "id"],
        unique=False,
    )
    op.create_table(
        "sync_grant",
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "channel", "reason", name="pk_sync_grant"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sync_grant_reason", "sync_grant", ["reason"], unique=False)
    op.create_table(
        "sync_journal",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("device_id", sa.String(length=80), nullable=True),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_journal"),
    )
    op.create_index("ix_sync_journal_person_id", "sync_journal", ["person_id"], unique=False)
    op.create_table(
        "sync_mutation",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("journal", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("device_id", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("run", sa.String(length=80), nullable=True),
        sa.Column("corrected_at", Moment(), nullable=False),
        sa.Column("uncertainty_ms", sa.BigInteger(), nullable=True),
        sa.Column("clock_suspicious", sa.Boolean(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sync_mutation"),
    )
    op.create_index(
        "ix_sync_mutation_journal_seq", "sync_mutation", ["journal", "seq"], unique=False
    )
    op.create_index("ix_sync_mutation_verdict", "sync_mutation", ["verdict"], unique=False)
    op.create_table(
        "sync_record",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("rid", name="pk_sync_record"),
    )
    op.create_index("ix_sync_record_kind_id", "sync_record", ["kind", "id"], unique=True)


def downgrade() -> None:
    op.drop_table("sync_record")
    op.drop_table("sync_mutation")
    op.drop_table("sync_journal")
    op.drop_table("sync_grant")
    op.drop_table("sync_feed")
    op.drop_table("sync_clock")
    op.drop_table("sync_channel")
    op.drop_table("number_series")
    op.drop_table("command_result")
    op.drop_table("audit_entry")
