"""Search: an index of the words in articles

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from blog.content.search_index import IndexedText, indexed_text, write_index
from blog.markup.plain import plain_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = "CREATE VIRTUAL TABLE search_entry USING fts5(title, tags, excerpt, body, tokenize = 'unicode61')"
POSTGRESQL = """
CREATE TABLE search_entry (
    article_id integer PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    words tsvector NOT NULL
);
CREATE INDEX ix_search_entry_words ON search_entry USING gin (words)
"""
ARTICLES = "SELECT id, title, labels, excerpt, body_html FROM article WHERE withdrawn_at IS NULL"


def upgrade() -> None:
    op.execute(SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL)
    connection = op.get_bind()
    columns = sa.text(ARTICLES).columns(id=sa.Integer, labels=sa.JSON)
    for id_, title, labels, excerpt, body_html in connection.execute(columns).all():
        text: IndexedText = indexed_text(
            title, [name for _, name in labels.get("tags", [])], excerpt, plain_text(body_html)
        )
        write_index(connection, {id_: text})


def downgrade() -> None:
    op.drop_table("search_entry")
