"""The search index: each public article's text in the database's own full-text search.

SQLite uses an FTS5 table (https://www.sqlite.org/fts5.html), PostgreSQL a ``tsvector`` column
(https://www.postgresql.org/docs/current/textsearch.html). Accents are removed here, so that both find the same.
"""

from collections.abc import Iterable, Mapping
from itertools import filterfalse
from typing import NamedTuple
from unicodedata import combining

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.orm import Session

from blog.content.models import Article
from blog.unicode import normalize

MAX_CHARACTERS = 200_000
"""Indexed characters of a body; a PostgreSQL ``tsvector`` holds at most one megabyte."""

SQLITE_WRITE = text(
    "INSERT INTO search_entry (rowid, title, tags, excerpt, body) VALUES (:id, :title, :tags, :excerpt, :body)"
)
# “simple” neither reduces words to their stems nor drops frequent ones. FTS5's tokenizer does not either.
POSTGRESQL_WRITE = text(
    "INSERT INTO search_entry (article_id, words) VALUES (:id, "
    "setweight(to_tsvector('simple', :title), 'A') || setweight(to_tsvector('simple', :tags), 'B') || "
    "setweight(to_tsvector('simple', :excerpt), 'C') || setweight(to_tsvector('simple', :body), 'D'))"
)


class IndexedText(NamedTuple):
    """The searchable text of one article, in lower case and without accents."""

    title: str
    tags: str
    excerpt: str
    body: str


def fold(words: str) -> str:
    """Return ``words`` as the index stores them: in lower case and without accents."""
    decomposed = normalize("NFKD", words.replace("\0", " ")).casefold()
    return decomposed if decomposed.isascii() else "".join(filterfalse(combining, decomposed))


def indexed_text(title: str, tags: Iterable[str], excerpt: str, body: str) -> IndexedText:
    """Build the index entry of an article from the plain text of its body."""
    return IndexedText(fold(title), fold(" ".join(tags)), fold(excerpt), fold(body[:MAX_CHARACTERS]))


def index_articles(session: Session, bodies: Mapping[Article, str]) -> None:
    """Update the index entries of articles from the plain text of each body; remove those of withdrawn articles."""
    connection = session.connection()
    # Virtual tables have no UPSERT (https://www.sqlite.org/lang_upsert.html), so old entries are deleted first.
    drop_index(connection, (article.id for article in bodies))
    entries = {
        article.id: indexed_text(article.title, (tag.name for tag in article.tags), article.excerpt, body)
        for article, body in bodies.items()
        if article.withdrawn_at is None
    }
    write_index(connection, entries)


def write_index(connection: Connection, entries: Mapping[int, IndexedText]) -> None:
    """Insert entries by article id."""
    statement = SQLITE_WRITE if connection.dialect.name == "sqlite" else POSTGRESQL_WRITE
    if entries:
        connection.execute(statement, [{"id": id_, **entry._asdict()} for id_, entry in entries.items()])


def drop_index(connection: Connection, article_ids: Iterable[int]) -> None:
    """Delete the entries of these articles."""
    column = "rowid" if connection.dialect.name == "sqlite" else "article_id"
    statement = text(f"DELETE FROM search_entry WHERE {column} IN :ids")  # noqa: S608 - one of two names of ours
    connection.execute(statement.bindparams(bindparam("ids", expanding=True)), {"ids": list(article_ids)})
