"""Schedules, revisits, rules on hosts, archives to clean, and the list of forgettings."""

import sqlalchemy as sa
from alembic import op

from catalog.types import Json, UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("options", Json(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=True),
        sa.Column("last_outcome", sa.String(), nullable=True),
        sa.Column("lease_worker", sa.String(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("query", name=op.f("uq_schedule_query")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "revisit",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_revisit_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_revisit_address_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_revisit")),
    )
    op.create_index(op.f("ix_revisit_address_id"), "revisit", ["address_id"], unique=False)
    op.create_index(op.f("ix_revisit_next_at"), "revisit", ["next_at"], unique=False)
    op.create_table(
        "host_rule",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_rule")),
    )
    op.create_table(
        "archive_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("added", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_archive_file")),
    )
    op.create_table(
        "archive_cut",
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_archive_cut")),
    )
    op.create_table(
        "forgetting",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("platforms", sa.Text(), nullable=False),
        sa.Column("aliases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgetting")),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO forgetting (reference, at, platforms, aliases) "
        "SELECT reference, at, '', count(*) FROM suppression GROUP BY reference, at"
    )
    op.drop_table("archive_record")  # each archive has its own offset table beside it
