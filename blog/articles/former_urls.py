"""Redirects from old addresses: of articles, and of the tags, authors and feeds of a CMS."""

import re
from typing import Any
from urllib.parse import unquote_plus

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blog.content.models import Article, Author, FormerSlug, Redirect, Tag, was_withdrawn
from blog.content.redirects import CATCH_ALL, match
from blog.extensions import db
from blog.slugs import slugify

AUTHOR_FORM = re.compile(r"/author/([^/]+)/?")
"""Author pages of Ghost and WordPress."""
TAG_FORMS = re.compile(r"/(?:blogs/[^/]+/tagged|tag|category(?:/[^/]+)*)/([^/]+)/?")
"""Tag pages of Shopify, Ghost and WordPress, and WordPress's category pages, which may be nested."""
FEED = r"/(?:rss|feed(?:/(?:atom|rss2?|rdf))?)/?"
"""What Ghost and WordPress append to the address of a page to get its feed."""
SITE_FEED_FORMS = re.compile(rf"{FEED}|/(?:atom|rss|index)\.xml|/blogs/[^/]+\.atom")
"""Site feeds of Ghost and WordPress, of static site generators, and of a Shopify blog."""
# Feeds come first, because TAG_FORMS also matches “/category/tea/feed”, as a category “feed” within “tea”.
FORMS: tuple[tuple[re.Pattern[str], type[Tag | Author], str], ...] = (
    (re.compile(rf"/(?:tag|category(?:/[^/]+)*)/([^/]+){FEED}"), Tag, "feeds.tag"),
    (re.compile(rf"/author/([^/]+){FEED}"), Author, "feeds.author"),
    (TAG_FORMS, Tag, "articles.tag"),
    (AUTHOR_FORM, Author, "articles.author"),
)


def redirect_or_404(path: str, slug: str | None = None) -> ResponseReturnValue:
    """Redirect an old address to the present one; otherwise abort with 410 (withdrawn) or 404 (unknown).

    ``slug`` is the article's slug, if ``path`` has the form of an article's address.
    """
    # Stored redirects come first: they are exact, whereas the forms below only guess what an address used to be.
    target = _redirected(path)
    if target is not None:
        if not target.is_published:
            # A scheduled article must not be revealed, so its former addresses are unknown as well.
            return abort(410 if target.withdrawn_at else 404)
        return redirect(url_for("articles.show", slug=target.slug), 301)
    if SITE_FEED_FORMS.fullmatch(path):
        return redirect(url_for("feeds.site", ending="xml"), 301)
    for form, model, endpoint in FORMS:
        named = _named(form, path, model)
        if named is not None:
            ending: dict[str, Any] = {"ending": "xml"} if endpoint.startswith("feeds.") else {}
            return redirect(url_for(endpoint, slug=named, **ending), 301)
    page = _page_without_slash(path)
    if page is not None:
        return redirect(page, 301)
    # 410 (Gone) tells search engines to forget the address; after 404 they would ask again for a long time.
    return abort(410 if slug and was_withdrawn(slug) else 404)


def _redirected(path: str) -> Article | None:
    """Return the article to which ``path`` redirects, with or without a slash at its end."""
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    articles = select(Redirect.path, Article).join(Redirect.article).where(Redirect.path.in_((path, other)))
    found = {row.path: row.Article for row in db.session.execute(articles)}
    return found.get(path) or found.get(other)


def _page_without_slash(path: str) -> str | None:
    """Return the address of the page at ``path`` without the slash at its end; ``None`` if there is no such page."""
    if not path.endswith("/"):
        return None
    endpoint, values = match(path.rstrip("/"))
    return None if endpoint in {None, CATCH_ALL} else url_for(endpoint, **values)


def _named(form: re.Pattern[str], path: str, model: type[Tag | Author]) -> str | None:
    """Return the slug of the tag or author whose page a CMS had at ``path``, or ``None``."""
    found = form.fullmatch(path)
    if found is None:
        return None
    slug = slugify(unquote_plus(found[1]))
    # The present slug comes first, because a renamed label may still have a row, but without articles.
    return current_slug(model, slug) or db.session.scalar(select(model.slug).where(model.slug == slug))


def current_slug(model: type[Tag | Author], slug: str) -> str | None:
    """Return the present slug of the tag or author that used to have ``slug``, or ``None``."""
    kind = model.__tablename__
    return db.session.scalar(select(FormerSlug.target).where(FormerSlug.kind == kind, FormerSlug.slug == slug))
