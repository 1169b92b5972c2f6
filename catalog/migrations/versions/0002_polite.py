"""What politeness and traps need: a host's delay, ended addresses, troubles of hosts, addresses that lead nowhere."""

import sqlalchemy as sa
from alembic import op

from catalog.types import UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("host", sa.Column("delay", sa.Float(), nullable=True))
    op.add_column("address", sa.Column("ended_at", UtcTime(), nullable=True))
    op.add_column("task", sa.Column("shape", sa.Text(), nullable=True))
    op.create_index(op.f("ix_address_content_hash"), "address", ["content_hash"], unique=False)
    op.create_index(op.f("ix_host_lease_worker"), "host", ["lease_worker"], unique=False)
    op.create_table(
        "trouble",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "outcome", name=op.f("pk_trouble")),
    )
    op.create_table(
        "trap",
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("barren", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_trap_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "key", "shape", name=op.f("pk_trap")),
    )
