"""Sitemaps for search engines (https://www.sitemaps.org/protocol.html).

A small site has a single sitemap, ``/sitemap.xml``. On a large site that file is an index, and there is one sitemap for
each range of row ids. With ranges of ids, rows need not be counted, and a row never moves to another sitemap.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, abort
from sqlalchemy import func, select

from blog.articles.conditional_get import ONE_HOUR, cacheable_response, modified_at
from blog.articles.feeds.entries import MIN_TIME
from blog.articles.labels import AUTHOR, TAG, LabelKind
from blog.articles.xml import add, element, timestamp, to_bytes
from blog.content.models import Article, Author, Tag, last_change
from blog.extensions import db
from blog.theming.site import absolute_url

MAX_ADDRESSES = 10_000
"""Maximum number of addresses in one sitemap. The protocol allows 50 000, but writing so many would take seconds."""
TYPE = "application/xml; charset=utf-8"
NAMESPACE = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
PAGES = ("articles.index", "articles.archive", "articles.tags")

blueprint = Blueprint("sitemaps", __name__)


class SitemapPage(NamedTuple):
    """The full address of a public page, and the time of its last change."""

    address: str
    changed_at: datetime


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List all public pages; on a large site, list the sitemaps."""
    last_ids = _last_ids()
    if len(PAGES) + sum(last_ids.values()) <= MAX_ADDRESSES:
        return _urlset([*_pages(0, 1), *(page for kind, last in last_ids.items() for page in KINDS[kind](0, last))])
    root = element("sitemapindex", NAMESPACE)
    for kind, last in {"pages": 1, **last_ids}.items():
        for number in range(1, _parts(last) + 1):
            add(add(root, "sitemap"), "loc", absolute_url("sitemaps.part", kind=kind, number=number))
    return cacheable_response(to_bytes(root), TYPE, max_age=ONE_HOUR)


@blueprint.get("/sitemaps/<any(articles, authors, pages, tags):kind>-<int:number>.xml")
def part(kind: str, number: int) -> Response:
    """Serve one of the sitemaps of a large site; ``number`` counts from 1."""
    last = 1 if kind == "pages" else _last_ids()[kind]
    if not 1 <= number <= _parts(last):
        abort(404)
    return _urlset(list(KINDS[kind]((number - 1) * MAX_ADDRESSES, number * MAX_ADDRESSES)))


def _urlset(pages: Iterable[SitemapPage]) -> Response:
    root = element("urlset", NAMESPACE)
    latest = MIN_TIME
    for address, changed_at in pages:
        url = add(root, "url")
        add(url, "loc", address)
        add(url, "lastmod", timestamp(changed_at))
        latest = max(latest, changed_at)
    return cacheable_response(to_bytes(root), TYPE, max_age=ONE_HOUR, modified_at=modified_at(latest))


def _parts(last_id: int) -> int:
    return -(-last_id // MAX_ADDRESSES)


def _last_ids() -> dict[str, int]:
    """Return the largest row id of articles, tags and authors; unlike a count, it is read from the index at once."""
    last = [func.coalesce(select(func.max(model.id)).scalar_subquery(), 0) for model in (Article, Tag, Author)]
    return dict(zip(("articles", "tags", "authors"), db.session.execute(select(*last)).one(), strict=True))


def _pages(_after: int, _upto: int) -> Iterator[SitemapPage]:
    newest = Article.published().with_only_columns(func.max(Article.published_at))
    changed_at = db.session.scalar(newest) or MIN_TIME
    return (SitemapPage(absolute_url(endpoint), changed_at) for endpoint in PAGES)


def _articles(after: int, upto: int) -> Iterator[SitemapPage]:
    """Yield the articles of a range of ids, without those that have a canonical address elsewhere."""
    query = (
        Article.published()
        .with_only_columns(Article.slug, Article.canonical_url, Article.published_at, Article.updated_at)
        .where(Article.id > after, Article.id <= upto)
        .order_by(Article.id)
    )
    # Made once: calling url_for() for each of 10 000 rows would take far longer than joining two texts.
    folder = absolute_url("articles.show", slug="")
    for slug, canonical_url, published_at, updated_at in db.session.execute(query):
        address = folder + quote(slug)
        if canonical_url in {None, address}:
            yield SitemapPage(address, last_change(published_at, updated_at))


def _label_pages(kind: LabelKind, after: int, upto: int) -> Iterator[SitemapPage]:
    """Yield the listings of a range of ids that have a public article.

    The time of a listing's last change is the publication time of its newest article.
    """
    label, link = kind.model, kind.link
    latest = link.published().with_only_columns(func.max(link.published_at)).where(link.label_id == label.id)
    query = select(label.slug, latest.scalar_subquery()).where(label.id > after, label.id <= upto).order_by(label.id)
    folder = absolute_url(f"articles.{kind.name}", slug="")
    for slug, changed_at in db.session.execute(query):
        if changed_at is not None:
            yield SitemapPage(folder + quote(slug), changed_at)


KINDS: Mapping[str, Callable[[int, int], Iterator[SitemapPage]]] = {
    "pages": _pages,
    "articles": _articles,
    "tags": partial(_label_pages, TAG),
    "authors": partial(_label_pages, AUTHOR),
}
"""For each kind of page: a function that yields the pages of the rows with ``after < id <= upto``."""
