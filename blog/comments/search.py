"""Full-text search over comments for moderators: in texts, names, mail addresses and websites.

The database itself keeps the index up to date, whichever statement changes a comment. SQLite has an FTS5 table that
triggers update (https://www.sqlite.org/fts5.html#external_content_tables). PostgreSQL has an index on an expression
(https://www.postgresql.org/docs/current/textsearch-tables.html); its statistics tell whether to read that index or the
queue in its order.

SQLite has no such statistics. So its index has the status of a comment as well: where a word is common, SQLite finds
the first comments of a status by comparing two sorted lists, and reads no others.
"""

from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    column,
    exists,
    false,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import aliased

from blog.comments.models import Comment, CommentSignal
from blog.content.search_query import SearchQuery
from blog.database import write_transaction
from blog.extensions import db
from blog.unicode import normalize

PUNCTUATION = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""
"""PostgreSQL reads ``ada@example.org`` as one word unless these are replaced by spaces."""

SQLITE_INDEX = table("comment_search", column("rowid", Integer))
SQLITE_MATCH = "comment_search MATCH :words"
SQLITE_MERGE = "INSERT INTO comment_search (comment_search, rank) VALUES ('merge', :pages)"
PAGES = 500
"""How much of the index is rewritten at a time, in pages of 4 kB: other writers wait for some milliseconds."""


def _folded(words: str) -> str:
    """A PostgreSQL expression for ``words`` in lower case and without accents."""
    return rf"regexp_replace(lower(normalize({words}, NFKD)), '[\u0300-\u036F]', '', 'g')"


def _indexed_by_postgresql() -> str:
    words = " || ' ' || ".join(("name", "email", "website", "body"))
    quoted = PUNCTUATION.replace("'", "''")
    spaced = f"translate({words}, '{quoted}', '{' ' * len(PUNCTUATION)}')"
    # An index needs functions whose result never changes; to_tsvector() is one only if its configuration is named.
    return f"to_tsvector('simple'::regconfig, {_folded(spaced)})"


# Migration 0027 builds the index from this, so a change needs a migration that builds it again.
POSTGRESQL_WORDS = _indexed_by_postgresql()
"""The indexed expression. PostgreSQL uses the index only for a query with the same expression."""
POSTGRESQL_MATCH = f"{POSTGRESQL_WORDS} @@ to_tsquery('simple', {_folded('CAST(:words AS text)')})"

POSTGRESQL_ESTIMATE = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM comment WHERE {POSTGRESQL_MATCH}"  # noqa: S608 - ours
MANY_MATCHES = 20_000
"""With more, PostgreSQL needs memory to note each match. Otherwise it compares all words of whole pages of comments."""
POSTGRESQL_MEMORY = "SET LOCAL work_mem = '64MB'"
MAX_MATCHES = 150_000
"""With more, PostgreSQL searches in the queue in its order: some comments at its beginning will match."""


def read_query(asked: str) -> SearchQuery:
    """Parse what was typed. Words keep their accents here; the database removes them as it does in its index."""
    return SearchQuery.read(asked, spelling=partial(normalize, "NFC"))


def prepare_search(query: SearchQuery, status: str, after: int = 0) -> ColumnElement[bool]:
    """A condition for ``where()``, beside one on the status: the comment contains all terms of ``query``.

    PostgreSQL is asked first how many comments match, and gets more memory for this transaction if they are many.

    :param after: comments up to this id are not asked for, so SQLite leaves them out.
    """
    if not query.terms:
        return false()
    if is_sqlite():
        return Comment.id.in_(_sqlite_matches(query, status).where(SQLITE_INDEX.c.rowid > after))
    match = _match(POSTGRESQL_MATCH, query.for_postgresql)
    return match if _is_common(query) else Comment.id.in_(_postgresql_matches(match, status))


def _postgresql_matches(match: ColumnElement[bool], status: str) -> Select[int]:
    """Select the ids of comments that PostgreSQL finds in its index.

    The offset makes PostgreSQL read that index first. Without it, it would search in the queue for a word of spam that
    no waiting comment has, and read all of them. The status is compared afterwards: combined with the index of the
    queue it takes ten times as long, and outside of this subquery PostgreSQL would read each match a second time.
    """
    every = aliased(Comment)
    found = select(every.id, every.status).where(match).offset(0).subquery()
    return select(found.c.id).where(found.c.status == status)


def _is_common(query: SearchQuery) -> bool:
    """Whether PostgreSQL expects too many matches to read them all, which takes longer than to search in the queue."""
    plan = db.session.scalar(text(POSTGRESQL_ESTIMATE).bindparams(words=query.for_postgresql))
    matches: int = plan[0]["Plan"]["Plan Rows"]
    if MANY_MATCHES < matches <= MAX_MATCHES:
        db.session.execute(text(POSTGRESQL_MEMORY))
    return matches > MAX_MATCHES


def first_found(
    query: SearchQuery, status: str, after: int | None, *, check: str | None, is_oldest_first: bool, limit: int
) -> Select[int]:
    """SQLite only: select the ids of the first ``limit`` comments that match, those after the id ``after`` if given.

    :param check: the name of a check that has a finding on them.
    """
    rowid = SQLITE_INDEX.c.rowid
    matches = _sqlite_matches(query, status).order_by(rowid if is_oldest_first else rowid.desc()).limit(limit)
    if check is not None:
        matches = matches.where(exists().where(CommentSignal.comment_id == rowid, CommentSignal.name == check))
    if after is None:
        return matches
    return matches.where(rowid > after if is_oldest_first else rowid < after)


def delete_removed_words() -> None:
    """Rewrite the index of SQLite in small steps, so that it no longer has the words of erased comments.

    SQLite only marks words as removed, and deletes them when it merges the parts of its index
    (https://www.sqlite.org/fts5.html#the_merge_command). PostgreSQL does so by itself.
    """
    if not is_sqlite():
        return
    pages = -PAGES  # A negative number begins with all parts.
    while _merge(pages):
        pages = PAGES


def _merge(pages: int) -> bool:
    """Merge up to so many pages; return whether there was something to merge."""
    with write_transaction(db.session()) as session:
        connection = session.connection()
        before = _changes(connection)
        connection.execute(text(SQLITE_MERGE), {"pages": pages})
        return _changes(connection) - before > 1  # The statement itself counts as one change.


def _changes(connection: Connection) -> int:
    return connection.scalar(select(func.total_changes())) or 0


def is_sqlite() -> bool:
    """Whether the database is SQLite."""
    return db.session.connection().dialect.name == "sqlite"


def _sqlite_matches(query: SearchQuery, status: str) -> Select[int]:
    # The columns are named, or the word “pending” would find all waiting comments by their status.
    words = f'{{name email website body}} : ({query.for_sqlite}) AND status : "{status}"'
    return select(SQLITE_INDEX.c.rowid).where(_match(SQLITE_MATCH, words))


def _match(condition: str, words: str) -> ColumnElement[bool]:
    return and_(text(condition).bindparams(words=words))
