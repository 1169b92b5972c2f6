"""The first schema."""

import sqlalchemy as sa
from alembic import op

from catalog.types import Json, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=True),
        sa.Column("native_id", sa.String(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("identity_rank", sa.Integer(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("moved_kind", sa.String(), nullable=True),
        sa.Column("moved_value", sa.Text(), nullable=True),
        sa.Column("collection_id", sa.String(), nullable=True),
        sa.Column("first_seen", UtcTime(), nullable=False),
        sa.Column("last_fetched", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_collection_id"), "account", ["collection_id"], unique=False)
    op.create_index(op.f("ix_account_moved_value"), "account", ["moved_value"], unique=False)
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fetched_at", UtcTime(), nullable=True),
        sa.Column("gone_since", UtcTime(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("url", name=op.f("uq_address_url")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "host",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_worker", sa.String(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("next_allowed_at", UtcTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_host")),
    )
    op.create_index(op.f("ix_host_lease_until"), "host", ["lease_until"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("query", name=op.f("uq_plan_query")),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "suppression",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suppression")),
    )
    op.create_table(
        "account_alias",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_alias_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_alias")),
    )
    op.create_index(op.f("ix_account_alias_account_id"), "account_alias", ["account_id"], unique=False)
    op.create_index(
        "uq_account_alias_current",
        "account_alias",
        ["value", "kind"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "account_count",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("following", sa.Integer(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_count_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_account_count")),
    )
    op.create_table(
        "account_link",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rel_me", sa.Boolean(), nullable=False),
        sa.Column("verified_at", UtcTime(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_link_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "provenance", "url", name=op.f("pk_account_link")),
    )
    op.create_index(op.f("ix_account_link_url"), "account_link", ["url"], unique=False)
    op.create_table(
        "archive_record",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("written", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_archive_record_address_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_record")),
    )
    op.create_index(op.f("ix_archive_record_address_id"), "archive_record", ["address_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("strength", sa.String(), nullable=True),
        sa.Column("setting_state", sa.String(), nullable=True),
        sa.Column("setting_at", UtcTime(), nullable=True),
        sa.Column("default_state", sa.String(), nullable=True),
        sa.Column("default_at", UtcTime(), nullable=True),
        sa.Column("copy_state", sa.String(), nullable=True),
        sa.Column("copy_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_url"), "consent", ["url"], unique=False)
    op.create_table(
        "creator",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("redirect_to", sa.String(length=26), nullable=True),
        sa.Column("first_seen", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_creator_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["redirect_to"], ["creator.id"], name=op.f("fk_creator_redirect_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creator")),
    )
    op.create_index(op.f("ix_creator_account_id"), "creator", ["account_id"], unique=False)
    op.create_index(op.f("ix_creator_redirect_to"), "creator", ["redirect_to"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("plan_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("max_pages", sa.Integer(), nullable=True),
        sa.Column("fresh_for", sa.Integer(), nullable=False),
        sa.Column("started", UtcTime(), nullable=False),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("kept_back", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_job_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_plan_id"), "job", ["plan_id"], unique=False)
    op.create_table(
        "join_edge",
        sa.Column("a", sa.String(length=26), nullable=False),
        sa.Column("b", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("evidence_url", sa.Text(), nullable=False),
        sa.Column("seen", UtcTime(), nullable=False),
        sa.Column("revoked", UtcTime(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("applied", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["a"], ["account.id"], name=op.f("fk_join_edge_a"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b"], ["account.id"], name=op.f("fk_join_edge_b"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a", "b", "kind", name=op.f("pk_join_edge")),
    )
    op.create_index(op.f("ix_join_edge_b"), "join_edge", ["b"], unique=False)
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("undone_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mark_name",
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("other", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["mark.id"], name=op.f("fk_mark_name_mark_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mark_id", "other", "kind", "value", name=op.f("pk_mark_name")),
    )
    op.create_index(op.f("ix_mark_name_value"), "mark_name", ["value"], unique=False)
    op.create_table(
        "profile",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("languages", Json(), nullable=False),
        sa.Column("tags", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=True),
        sa.Column("created_precision", sa.String(), nullable=True),
        sa.Column("created_origin", sa.String(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("fetched_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_profile_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "provenance", name=op.f("pk_profile")),
    )
    op.create_table(
        "feed",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("creator_id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_feed_creator_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_feed")),
        sa.UniqueConstraint("creator_id", name=op.f("uq_feed_creator_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job_host",
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_host_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["key"], ["host.key"], name=op.f("fk_job_host_key")),
        sa.PrimaryKeyConstraint("job_id", "key", name=op.f("pk_job_host")),
    )
    op.create_table(
        "membership",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("creator_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creator.id"], name=op.f("fk_membership_creator_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_creator_id"), "membership", ["creator_id"], unique=False)
    op.create_table(
        "seed",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("fruitful", sa.Integer(), nullable=False),
        sa.Column("multiplier", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_seed_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seed")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_seed_job_id"), "seed", ["job_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("tags", Json(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("published_precision", sa.String(), nullable=True),
        sa.Column("published_origin", sa.String(), nullable=True),
        sa.Column("edited_at", UtcTime(), nullable=True),
        sa.Column("edited_precision", sa.String(), nullable=True),
        sa.Column("edited_origin", sa.String(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("first_seen", UtcTime(), nullable=False),
        sa.Column("fetched_at", UtcTime(), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_post_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("account_id", "native_id", name=op.f("uq_post_account_id_native_id")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("seed_id", sa.Integer(), nullable=False),
        sa.Column("ways", Json(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("context", Json(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_task_address_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_task_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["key"], ["host.key"], name=op.f("fk_task_key")),
        sa.ForeignKeyConstraint(["seed_id"], ["seed.id"], name=op.f("fk_task_seed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("job_id", "address_id", name=op.f("uq_task_job_id_address_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_task_address_id"), "task", ["address_id"], unique=False)
    op.create_index(
        op.f("ix_task_job_id_state_key_seed_id_not_before_score"),
        "task",
        ["job_id", "state", "key", "seed_id", "not_before", "score"],
        unique=False,
    )
    op.create_index(op.f("ix_task_seed_id"), "task", ["seed_id"], unique=False)
    op.create_index(op.f("ix_task_token"), "task", ["token"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=True),
        sa.Column("shares", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("distinct_repliers", sa.Integer(), nullable=True),
        sa.Column("author_reply_share", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_interaction_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "day", name=op.f("pk_interaction")),
    )
    op.create_table(
        "post_alias",
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_alias_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("value", "post_id", name=op.f("pk_post_alias")),
    )
    op.create_index(op.f("ix_post_alias_post_id"), "post_alias", ["post_id"], unique=False)
    op.create_table(
        "post_history",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_history_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "replaced_at", name=op.f("pk_post_history")),
    )
    op.create_table(
        "task_parent",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["task.id"], name=op.f("fk_task_parent_parent_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_parent_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "parent_id", name=op.f("pk_task_parent")),
    )
    op.create_index(op.f("ix_task_parent_parent_id"), "task_parent", ["parent_id"], unique=False)
    op.create_table(
        "account_seen",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_seen_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_account_seen_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "task_id", name=op.f("pk_account_seen")),
    )
    op.create_index(op.f("ix_account_seen_task_id"), "account_seen", ["task_id"], unique=False)
    op.create_table(
        "post_seen",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_seen_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_post_seen_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "task_id", name=op.f("pk_post_seen")),
    )
    op.create_index(op.f("ix_post_seen_task_id"), "post_seen", ["task_id"], unique=False)
