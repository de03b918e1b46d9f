"""Threads that a moderator has closed

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("thread_closed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("comment", "thread_closed_at")
