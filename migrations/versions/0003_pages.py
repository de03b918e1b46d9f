"""Pages: columns for listings and structured data, and purges of the page cache

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


PUBLISHED_AT = """
UPDATE article_author SET published_at =
    (SELECT article.published_at FROM article WHERE article.id = article_author.article_id)
"""
NAMES = """
SELECT article_id, '{kind}s', slug, name FROM article_{kind} JOIN {kind} ON {kind}.id = {kind}_id ORDER BY 1, position
"""


def fill_labels() -> None:
    """Store the names of each article's tags and authors with the article."""
    connection = op.get_bind()
    labels: dict[int, dict[str, list[list[str]]]] = {}
    for kind in ("tag", "author"):
        for article_id, kinds, slug, name in connection.execute(sa.text(NAMES.format(kind=kind))):
            labels.setdefault(article_id, {}).setdefault(kinds, []).append([slug, name])
    article = sa.table("article", sa.column("id", sa.Integer), sa.column("labels", sa.JSON))
    for article_id, names in labels.items():
        connection.execute(article.update().where(article.c.id == article_id).values(labels=names))


def upgrade() -> None:
    with op.batch_alter_table("article") as article:
        article.add_column(sa.Column("image_width", sa.Integer))
        article.add_column(sa.Column("image_height", sa.Integer))
        article.add_column(sa.Column("word_count", sa.Integer, nullable=False, server_default="0"))
        article.add_column(sa.Column("series", sa.String(200)))
        article.add_column(sa.Column("labels", sa.JSON, nullable=False, server_default="{}"))
        article.create_index("ix_article_series", ["series", "published_at", "id"])
    with op.batch_alter_table("article_author") as article_author:
        article_author.add_column(sa.Column("published_at", TIME))
    op.execute(PUBLISHED_AT)
    with op.batch_alter_table("article_author") as article_author:
        article_author.alter_column("published_at", existing_type=TIME, nullable=False)
        article_author.drop_index("ix_article_author_author_id")
        article_author.create_index("ix_article_author_newest", ["author_id", "published_at", "article_id"])
    fill_labels()
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
    with op.batch_alter_table("article_author") as article_author:
        article_author.drop_index("ix_article_author_newest")
        article_author.create_index("ix_article_author_author_id", ["author_id"])
        article_author.drop_column("published_at")
    with op.batch_alter_table("article") as article:
        article.drop_index("ix_article_series")
        article.drop_column("labels")
        article.drop_column("series")
        article.drop_column("word_count")
        article.drop_column("image_height")
        article.drop_column("image_width")
