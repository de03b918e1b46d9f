"""Pages: what listings and machines say of an article, and what the page cache has to forget

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("article") as article:
        article.add_column(sa.Column("image_width", sa.Integer))
        article.add_column(sa.Column("image_height", sa.Integer))
        article.add_column(sa.Column("word_count", sa.Integer, nullable=False, server_default="0"))
        article.add_column(sa.Column("series", sa.String(200)))
        article.create_index("ix_article_series", ["series", "published_at", "id"])
    op.create_table(
        "cache_purge",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("purged_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cache_purge"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cache_purge_purged_at", "cache_purge", ["purged_at"])


def downgrade() -> None:
    op.drop_table("cache_purge")
    with op.batch_alter_table("article") as article:
        article.drop_index("ix_article_series")
        article.drop_column("series")
        article.drop_column("word_count")
        article.drop_column("image_height")
        article.drop_column("image_width")
