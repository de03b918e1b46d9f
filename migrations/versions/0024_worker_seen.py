"""The time of the worker's last sign of life

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_state", sa.Column("worker_seen_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("source_state", "worker_seen_at")
