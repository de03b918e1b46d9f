"""Comments: found by their words

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

from blog.comments.search import POSTGRESQL_WORDS

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = """
CREATE VIRTUAL TABLE comment_search USING fts5(
    name, email, website, body, status, content = 'comment', content_rowid = 'id', columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
)
"""
ADD = """
    INSERT INTO comment_search (rowid, name, email, website, body, status)
    VALUES (new.id, new.name, new.email, new.website, new.body, new.status);
"""
REMOVE = """
    INSERT INTO comment_search (comment_search, rowid, name, email, website, body, status)
    VALUES ('delete', old.id, old.name, old.email, old.website, old.body, old.status);
"""
TRIGGERS = {
    "comment_search_insert": f"AFTER INSERT ON comment BEGIN {ADD} END",
    "comment_search_delete": f"AFTER DELETE ON comment BEGIN {REMOVE} END",
    "comment_search_update": f"AFTER UPDATE OF name, email, website, body, status ON comment BEGIN {REMOVE} {ADD} END",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"CREATE INDEX ix_comment_words ON comment USING gin (({POSTGRESQL_WORDS}))"))
        op.execute("ANALYZE comment")
        return
    op.execute(TABLE)
    op.execute("INSERT INTO comment_search (comment_search) VALUES ('rebuild')")
    for name, rule in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {rule}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_comment_words", "comment")
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_table("comment_search")
