"""Comments: indexes of the queue for articles and networks

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_comment_article_queue", "comment", ["article_id", "status", "submitted_at", "id"])
    has_network = sa.text("network <> ''")
    op.create_index(
        "ix_comment_network_queue",
        "comment",
        ["network", "status", "submitted_at", "id"],
        sqlite_where=has_network,
        postgresql_where=has_network,
    )


def downgrade() -> None:
    op.drop_index("ix_comment_network_queue", "comment")
    op.drop_index("ix_comment_article_queue", "comment")
