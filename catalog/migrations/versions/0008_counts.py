"""To which step a platform rounds the followers that it tells."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("account_count", sa.Column("followers_step", sa.Integer(), nullable=True))
