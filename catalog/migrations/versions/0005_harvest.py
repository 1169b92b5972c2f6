"""What a crawl brings in: whom it found relevant, by page, host and job."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("job", sa.Column("judged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("task", sa.Column("inherited", sa.Float(), nullable=True))
    op.add_column("job_host", sa.Column("relevant", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "finding",
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_finding_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_finding_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_finding_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "account_id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_account_id"), "finding", ["account_id"], unique=False)
    op.create_index(op.f("ix_finding_task_id"), "finding", ["task_id"], unique=False)
