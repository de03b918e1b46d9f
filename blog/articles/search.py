"""Searches the public articles and marks the matching words in the results."""

from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy import Select, func, select

from blog.articles.search_ranking import postgresql_ranking, sqlite_ranking
from blog.content.models import Article
from blog.content.search_query import WORD, SearchQuery
from blog.extensions import db
from blog.markup.plain import plain_text

PAGE_SIZE = 10
MAX_PAGES = 50
MAX_COUNTED = 100
"""Results are counted up to this number; above it, the page only says that there are more."""
CONTEXT = 110
"""Number of characters shown before and after the first match."""


@dataclass(frozen=True)
class SearchResult:
    """A matching article, with the matching words marked in its title and in an extract of its text."""

    article: Article
    title: Markup
    extract: Markup


@dataclass(frozen=True)
class ResultPage:
    """One page of results, best first.

    ``number`` counts from 1. ``has_older`` says whether there is a next page; it has the name that the pager of all
    lists reads. ``count`` is the number of results on all pages, at most ``MAX_COUNTED``.
    """

    number: int
    results: list[SearchResult]
    has_older: bool
    count: int = 0
    is_more: bool = False
    """Whether there are more results than were counted."""


def search(query: SearchQuery, number: int) -> ResultPage:
    """Return page ``number`` of the public articles that contain all terms of ``query``."""
    if not query.terms:
        return ResultPage(number, [], has_older=False)
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        found = sqlite_ranking(connection, query.for_sqlite)
    else:
        found = postgresql_ranking(query.for_postgresql)
    matching = Article.published().join(found, found.c.id == Article.id)
    wanted = (
        matching.order_by(found.c.rank.desc(), Article.published_at.desc(), Article.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    articles = list(db.session.scalars(wanted))
    results = [SearchResult(a, marked(a.title, query), _extract(a, query)) for a in articles[:PAGE_SIZE]]
    # A first page that is not full needs no second query to count the results.
    is_all = number == 1 and len(articles) <= PAGE_SIZE
    count = len(articles) if is_all else _count(matching)
    return ResultPage(
        number,
        results,
        has_older=len(articles) > PAGE_SIZE and number < MAX_PAGES,
        count=min(count, MAX_COUNTED),
        is_more=count > MAX_COUNTED,
    )


def _count(matching: Select[Article]) -> int:
    """Return how many articles match, but stop counting at one more than ``MAX_COUNTED``."""
    counted = matching.with_only_columns(Article.id).limit(MAX_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def marked(words: str, query: SearchQuery) -> Markup:
    """Return plain text as safe HTML, with the words of ``query`` in ``<mark>``."""
    pieces, end = [], 0
    for word in WORD.finditer(words):
        if query.is_found_in(word[0]):
            pieces += [escape(words[end : word.start()]), Markup("<mark>{}</mark>").format(word[0])]
            end = word.end()
    return Markup("").join([*pieces, escape(words[end:])])


def _extract(article: Article, query: SearchQuery) -> Markup:
    """Return the text around the first match, or the excerpt if the article's text has no match."""
    body = plain_text(article.body_html)
    first = next((word for word in WORD.finditer(body) if query.is_found_in(word[0])), None)
    if first is None:
        return marked(article.excerpt, query)
    start, end = max(0, first.start() - CONTEXT), first.end() + CONTEXT
    begins = "" if start == 0 else "… "
    ends = "" if end >= len(body) else " …"
    inside = body[start:end]
    # Remove the part of a word at either end.
    inside = inside.partition(" ")[2] if begins and " " in inside[:30] else inside
    inside = inside.rpartition(" ")[0] if ends and " " in inside[-30:] else inside
    return marked(f"{begins}{inside}{ends}", query)
