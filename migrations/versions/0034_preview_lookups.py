"""Indexes that find what a preview link shows

Revision: 0034, after 0033
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_source_id", "article", ["source_id"])
    op.create_index("ix_draft_source_id", "draft", ["source_id"])


def downgrade() -> None:
    op.drop_index("ix_draft_source_id", "draft")
    op.drop_index("ix_article_source_id", "article")
