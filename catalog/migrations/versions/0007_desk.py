"""Lists, watches, discoveries asked for, keys of the endpoint."""

import sqlalchemy as sa
from alembic import op

from catalog.types import Json, UtcTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("revoked", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "discovery",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("options", Json(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("started", UtcTime(), nullable=True),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("progress", Json(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("lease_worker", sa.String(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discovery")),
    )
    op.create_index(op.f("ix_discovery_state"), "discovery", ["state"], unique=False)
    op.create_table(
        "shortlist",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brands", Json(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
        sa.UniqueConstraint("name", name=op.f("uq_shortlist_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("options", Json(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("checked", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("name", name=op.f("uq_watch_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("creator_ids", Json(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("due", UtcTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_delivery_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_watch_id"), "delivery", ["watch_id"], unique=False)
    op.create_table(
        "shortlist_entry",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("creator_id", sa.String(length=26), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("on_day", sa.String(), nullable=True),
        sa.Column("fee", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("added", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_shortlist_entry_creator_id")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["shortlist.id"], name=op.f("fk_shortlist_entry_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "creator_id", name=op.f("pk_shortlist_entry")),
    )
    op.create_index(op.f("ix_shortlist_entry_creator_id"), "shortlist_entry", ["creator_id"], unique=False)
    op.create_table(
        "watch_match",
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("creator_id", sa.String(length=26), nullable=False),
        sa.Column("first_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_watch_match_creator_id")),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_watch_match_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watch_id", "creator_id", name=op.f("pk_watch_match")),
    )
    op.create_index(op.f("ix_watch_match_creator_id"), "watch_match", ["creator_id"], unique=False)
