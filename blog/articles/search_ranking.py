"""Ranks the articles that contain the searched words, using the full-text search of the database.

Ranking costs time for each article, and a common word is in most articles. So the ranking is limited to the newest
``MAX_RANKED`` articles with the words, and to ``MAX_TITLES`` articles with the words in their titles. The articles with
the highest row ids count as the newest, since the search index can read those first without a join.
"""

from sqlalchemy import Connection, Integer, Subquery, TextClause, column, text

MAX_RANKED = 1_000
MAX_TITLES = 100

SQLITE_OLDEST = text(
    "SELECT rowid FROM search_entry WHERE search_entry MATCH :words ORDER BY rowid DESC LIMIT 1 OFFSET :before"
)
# bm25() is lower for better matches. Its numbers are the weights of title, tags, excerpt and body.
SQLITE_NEWER = (
    "SELECT rowid AS id, -bm25(search_entry, 10.0, 6.0, 3.0, 1.0) AS rank FROM search_entry "
    "WHERE search_entry MATCH :words AND rowid >= :oldest"
)
SQLITE_BOTH = (
    f"SELECT * FROM ({SQLITE_NEWER}) UNION ALL SELECT * FROM ("  # noqa: S608 - nothing of it comes from outside
    "SELECT rowid, -bm25(search_entry, 10.0, 6.0, 3.0, 1.0) FROM search_entry "
    "WHERE search_entry MATCH :titles AND rowid < :oldest ORDER BY rowid DESC LIMIT :most_titles)"
)

# ts_rank() takes the weights in the order D, C, B, A: body, excerpt, tags, title. The condition with ts_filter() must
# be written as in the index ix_search_entry_titles.
POSTGRESQL = """
SELECT article_id AS id, ts_rank('{0.1, 0.3, 0.6, 1.0}', words, to_tsquery('simple', :words)) AS rank
FROM search_entry WHERE article_id IN (
    (SELECT article_id FROM search_entry WHERE words @@ to_tsquery('simple', :words)
    ORDER BY article_id DESC LIMIT :most)
    UNION
    (SELECT article_id FROM search_entry WHERE ts_filter(words, '{a}') @@ to_tsquery('simple', :words)
    ORDER BY article_id DESC LIMIT :most_titles)
)
"""


def sqlite_ranking(connection: Connection, words: str) -> Subquery:
    """Return a query with the columns ``id`` (of an article) and ``rank`` (higher is better).

    ``words`` is in the syntax of FTS5; the connection is used to find the oldest article that is ranked.
    https://www.sqlite.org/fts5.html
    """
    oldest = connection.scalar(SQLITE_OLDEST, {"words": words, "before": MAX_RANKED - 1})
    # Fewer articles than MAX_RANKED match, so all of them are ranked.
    if oldest is None:
        return _ranking(text(SQLITE_NEWER), words=words, oldest=0)
    titles = f"{{title}} : ({words})"
    return _ranking(text(SQLITE_BOTH), words=words, titles=titles, oldest=oldest, most_titles=MAX_TITLES)


def postgresql_ranking(words: str) -> Subquery:
    """Return a query with the columns ``id`` (of an article) and ``rank`` (higher is better).

    ``words`` is in the syntax of ``to_tsquery``.
    https://www.postgresql.org/docs/current/textsearch-controls.html
    """
    return _ranking(text(POSTGRESQL), words=words, most=MAX_RANKED, most_titles=MAX_TITLES)


def _ranking(found: TextClause, **values: str | int) -> Subquery:
    return found.bindparams(**values).columns(column("id", Integer), column("rank")).subquery()
