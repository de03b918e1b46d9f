"""Search: indexes for beginnings of words and for words in titles

Revision: 0006, after 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = "title, tags, excerpt, body"
BEGINNINGS = ", prefix = '2 3'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _build_anew(BEGINNINGS)
    else:
        op.execute("CREATE INDEX ix_search_entry_titles ON search_entry USING gin (ts_filter(words, '{a}'))")
        op.execute("ANALYZE search_entry")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _build_anew("")
    else:
        op.execute("DROP INDEX ix_search_entry_titles")


def _build_anew(option: str) -> None:
    op.execute("ALTER TABLE search_entry RENAME TO search_entry_before")
    op.execute(f"CREATE VIRTUAL TABLE search_entry USING fts5({COLUMNS}, tokenize = 'unicode61'{option})")
    op.execute(
        f"INSERT INTO search_entry (rowid, {COLUMNS}) SELECT rowid, {COLUMNS} FROM search_entry_before"  # noqa: S608
    )
    op.execute("DROP TABLE search_entry_before")
