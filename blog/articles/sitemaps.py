"""Sitemaps for search engines (https://www.sitemaps.org/protocol.html).

A small site has one, ``/sitemap.xml``. A large one has an index there, and a sitemap for each range of row numbers, so
that a row never moves from one to another, and nothing has to be counted to find where one begins.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, abort
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute as Column

from blog.articles.feeds.entries import BEFORE_EVERYTHING, last_change
from blog.articles.http_cache import ONE_HOUR, answer, modified_at
from blog.articles.xml import add, element, written
from blog.content.models import Article, ArticleAuthor, ArticleTag, Author, Tag
from blog.database import utc_now
from blog.extensions import db
from blog.theming.site import absolute_url

MOST = 10_000
"""Addresses of one sitemap. The protocol allows five times as many; but then one would take seconds to write."""
TYPE = "application/xml; charset=utf-8"
NAMESPACE = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
PAGES = ("articles.index", "articles.archive", "articles.tags")

blueprint = Blueprint("sitemaps", __name__)


class Place(NamedTuple):
    """A public page: its full address, and when it last changed."""

    address: str
    changed_at: datetime


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """All public pages, or the index of the sitemaps that name them."""
    last_ids = _last_ids()
    if len(PAGES) + sum(last_ids.values()) <= MOST:
        return _answer([*_pages(0, 1), *(place for kind, last in last_ids.items() for place in KINDS[kind](0, last))])
    root = element("sitemapindex", NAMESPACE)
    for kind, last in {"pages": 1, **last_ids}.items():
        for number in range(1, _parts(last) + 1):
            add(add(root, "sitemap"), "loc", absolute_url("sitemaps.part", kind=kind, number=number))
    return answer(written(root), TYPE, max_age=ONE_HOUR)


@blueprint.get("/sitemaps/<any(articles, authors, pages, tags):kind>-<int:number>.xml")
def part(kind: str, number: int) -> Response:
    """One sitemap of many; ``number`` counts from 1."""
    last = 1 if kind == "pages" else _last_ids()[kind]
    if not 1 <= number <= _parts(last):
        abort(404)
    return _answer(list(KINDS[kind]((number - 1) * MOST, number * MOST)))


def _answer(places: Iterable[Place]) -> Response:
    root = element("urlset", NAMESPACE)
    latest = BEFORE_EVERYTHING
    for address, changed_at in places:
        url = add(root, "url")
        add(url, "loc", address)
        add(url, "lastmod", changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        latest = max(latest, changed_at)
    return answer(written(root), TYPE, max_age=ONE_HOUR, modified_at=modified_at(latest))


def _parts(last_id: int) -> int:
    return -(-last_id // MOST)


def _last_ids() -> dict[str, int]:
    """The largest row number of each kind of page, found without counting."""
    last = [func.coalesce(select(func.max(model.id)).scalar_subquery(), 0) for model in (Article, Tag, Author)]
    return dict(zip(("articles", "tags", "authors"), db.session.execute(select(*last)).one(), strict=True))


def _pages(_after: int, _upto: int) -> Iterator[Place]:
    newest = Article.published().with_only_columns(func.max(Article.published_at))
    changed_at = db.session.scalar(newest) or BEFORE_EVERYTHING
    return (Place(absolute_url(endpoint), changed_at) for endpoint in PAGES)


def _articles(after: int, upto: int) -> Iterator[Place]:
    """The articles of a range; not those whose own page names another address as the true one."""
    query = (
        Article.published()
        .with_only_columns(Article.slug, Article.canonical_url, Article.published_at, Article.updated_at)
        .where(Article.id > after, Article.id <= upto)
        .order_by(Article.id)
    )
    folder = absolute_url("articles.show", slug="")
    for slug, canonical_url, published_at, updated_at in db.session.execute(query):
        address = folder + quote(slug)
        if canonical_url in {None, address}:
            yield Place(address, last_change(published_at, updated_at))


def _tags(after: int, upto: int) -> Iterator[Place]:
    return _listings(Tag, ArticleTag.tag_id, ArticleTag.published_at, "articles.tag", (after, upto))


def _authors(after: int, upto: int) -> Iterator[Place]:
    return _listings(Author, ArticleAuthor.author_id, ArticleAuthor.published_at, "articles.author", (after, upto))


def _listings(
    model: type[Tag | Author], link: Column[int], published_at: Column[datetime], endpoint: str, ids: tuple[int, int]
) -> Iterator[Place]:
    """The listings of a range that show an article now; each last changed when its newest article came."""
    latest = select(func.max(published_at)).where(link == model.id, published_at <= utc_now()).scalar_subquery()
    query = select(model.slug, latest).where(model.id > ids[0], model.id <= ids[1]).order_by(model.id)
    folder = absolute_url(endpoint, slug="")
    for slug, changed_at in db.session.execute(query):
        if changed_at is not None:
            yield Place(folder + quote(slug), changed_at)


KINDS: Mapping[str, Callable[[int, int], Iterator[Place]]] = {
    "pages": _pages,
    "articles": _articles,
    "tags": _tags,
    "authors": _authors,
}
"""What finds the pages of each kind whose rows have numbers after the one and up to the other."""
