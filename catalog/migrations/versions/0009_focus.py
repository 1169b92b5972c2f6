"""What a job has learnt of hosts and sites: pages in a row that brought nobody, whose site was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("job_host", sa.Column("barren", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("task", sa.Column("site_worth", sa.Float(), nullable=True))
    known = sa.text("site_worth IS NOT NULL")
    op.create_index("ix_task_site", "task", ["job_id", "key"], sqlite_where=known, postgresql_where=known)
