"""The progress of a running sync

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_state", sa.Column("started_at", sa.DateTime(timezone=True)))
    op.add_column("source_state", sa.Column("read_count", sa.Integer, nullable=False, server_default="0"))
    op.add_column("source_state", sa.Column("read_total", sa.Integer))


def downgrade() -> None:
    for column in ("read_total", "read_count", "started_at"):
        op.drop_column("source_state", column)
