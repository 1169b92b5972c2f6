"""Leads from follower files."""

import sqlalchemy as sa
from alembic import op

from catalog.types import Json, UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("read_url", sa.Text(), nullable=True),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("file_kind", sa.String(), nullable=False),
        sa.Column("since", UtcTime(), nullable=True),
        sa.Column("words", Json(), nullable=False),
        sa.Column("places", Json(), nullable=False),
        sa.Column("imported_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_lead_kind_value")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_lead_imported_at"), "lead", ["imported_at"], unique=False)
    op.create_index(op.f("ix_lead_read_url"), "lead", ["read_url"], unique=False)
