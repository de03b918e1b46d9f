"""The feeds' addresses."""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blog.articles.feeds import atom, json_feed
from blog.articles.feeds.entries import Feed, author_feed, comments_feed, site_feed, tag_feed
from blog.articles.http_cache import FIVE_MINUTES, answer, modified_at
from blog.articles.legacy_urls import elsewhere
from blog.cache.policy import ACCEPT, keep
from blog.comments.thread import thread_keys
from blog.content.cache_keys import FEEDS
from blog.content.models import Article, Author, Redirect, Tag, public_article
from blog.content.redirects import article_path
from blog.extensions import db
from blog.theming.site import absolute_url

XML = "application/xml"

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.<any(xml, json):ending>")
def site(ending: str) -> Response:
    """The newest articles of all."""
    return _answer(site_feed(), ending)


@blueprint.get("/tags/<slug>/feed.<any(xml, json):ending>")
def tag(slug: str, ending: str) -> Response:
    """The newest articles with one tag."""
    found = db.session.scalar(select(Tag).where(Tag.slug == slug))
    return _answer(tag_feed(found or abort(404)), ending, may_be_empty=False)


@blueprint.get("/authors/<slug>/feed.<any(xml, json):ending>")
def author(slug: str, ending: str) -> Response:
    """The newest articles by one author."""
    found = db.session.scalar(select(Author).where(Author.slug == slug))
    return _answer(author_feed(found or abort(404)), ending, may_be_empty=False)


@blueprint.get("/articles/<slug>/comments.xml")
def comments(slug: str) -> ResponseReturnValue:
    """The newest approved comments of one article."""
    article = public_article(slug)
    if article is not None:
        return _answer(comments_feed(article), "xml", thread_keys(article.id))
    former = Article.published().join(Redirect).where(Redirect.path == article_path(slug))
    article = db.session.scalar(former)
    if article is not None:
        return redirect(url_for("feeds.comments", slug=article.slug), 301)
    return elsewhere(article_path(slug), slug)


def _answer(feed: Feed, ending: str, keys: Iterable[str] = (FEEDS,), *, may_be_empty: bool = True) -> Response:
    if not feed.entries and not may_be_empty:
        abort(404)
    write = atom.write if ending == "xml" else json_feed.write
    keep(keys, [ACCEPT] if ending == "xml" else [])
    body = write(feed, absolute_url(request.endpoint or "", **(request.view_args or {})))
    type_ = f"{_xml_type()}; charset=utf-8" if ending == "xml" else json_feed.MEDIA_TYPE
    response = answer(body, type_, max_age=FIVE_MINUTES, modified_at=modified_at(feed.updated_at))
    if ending == "xml":
        response.vary.add("Accept")
    return response


def _xml_type() -> str:
    """Atom's own type; to a browser, which knows XML and not Atom, XML: of Atom it would show the source."""
    return request.accept_mimetypes.best_match([atom.MEDIA_TYPE, XML], default=atom.MEDIA_TYPE) or atom.MEDIA_TYPE
