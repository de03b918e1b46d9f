"""The views of the feeds of the site, of tags and authors, and of the comments on an article."""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.articles.conditional_get import FIVE_MINUTES, cacheable_response, modified_at
from blog.articles.feeds import atom, json_feed
from blog.articles.feeds.entries import Feed, comments_feed, label_feed, site_feed
from blog.articles.former_urls import current_slug, redirect_or_404
from blog.articles.labels import AUTHOR, TAG, LabelKind
from blog.cache.policy import ACCEPT, cache_page
from blog.content.cache_keys import FEEDS, thread_keys
from blog.content.models import public_article
from blog.content.redirects import article_path, moved_article
from blog.theming.site import absolute_url

XML = "application/xml"

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.<any(xml, json):ending>")
def site(ending: str) -> Response:
    """Serve the newest articles of the site."""
    return _feed_response(site_feed(), ending)


@blueprint.get("/tags/<slug>/feed.<any(xml, json):ending>")
def tag(slug: str, ending: str) -> ResponseReturnValue:
    """Serve the newest articles with one tag."""
    return _label_feed(TAG, slug, ending)


@blueprint.get("/authors/<slug>/feed.<any(xml, json):ending>")
def author(slug: str, ending: str) -> ResponseReturnValue:
    """Serve the newest articles by one author."""
    return _label_feed(AUTHOR, slug, ending)


def _label_feed(kind: LabelKind, slug: str, ending: str) -> ResponseReturnValue:
    label = kind.find(slug)
    feed = label_feed(kind, label) if label is not None else None
    if feed is not None and feed.entries:
        return _feed_response(feed, ending)
    # As on the listing: a renamed label may still have a row, but without articles.
    present = current_slug(kind.model, slug) or abort(404)
    return redirect(url_for(f"feeds.{kind.name}", slug=present, ending=ending), 301)


@blueprint.get("/articles/<slug>/comments.xml")
def comments(slug: str) -> ResponseReturnValue:
    """Serve the newest approved comments on one article."""
    article = public_article(slug)
    if article is not None:
        return _feed_response(comments_feed(article), "xml", thread_keys(article.id))
    moved = moved_article(slug)
    if moved is not None:
        return redirect(url_for("feeds.comments", slug=moved.slug), 301)
    return redirect_or_404(article_path(slug), slug)


def _feed_response(feed: Feed, ending: str, keys: Iterable[str] = (FEEDS,)) -> Response:
    write = atom.write if ending == "xml" else json_feed.write
    cache_page(keys, [ACCEPT] if ending == "xml" else [])
    # Not request.url, because the page cache gives the same feed to requests with any other query string.
    body = write(feed, absolute_url(request.endpoint or "", **(request.view_args or {})))
    type_ = f"{_xml_type()}; charset=utf-8" if ending == "xml" else json_feed.MEDIA_TYPE
    response = cacheable_response(body, type_, max_age=FIVE_MINUTES, modified_at=modified_at(feed.updated_at))
    if ending == "xml":
        # The content type depends on it, so caches must store one copy for each.
        response.vary.add("Accept")
    return response


def _xml_type() -> str:
    """Return Atom's media type, or ``application/xml`` for clients that prefer it.

    Browsers accept XML but not Atom: they show a styled page for XML, but only the source for Atom.
    """
    return request.accept_mimetypes.best_match([atom.MEDIA_TYPE, XML], default=atom.MEDIA_TYPE) or atom.MEDIA_TYPE
