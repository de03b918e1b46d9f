"""Articles whose comments a moderator has closed

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("article", sa.Column("comments_closed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("article", "comments_closed_at")
