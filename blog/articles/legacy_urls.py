"""Redirects from former addresses, of articles and of the CMS's tags, authors and feeds."""

import re
from typing import Any
from urllib.parse import unquote_plus

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blog.content.models import Article, Author, FormerSlug, Redirect, Tag
from blog.extensions import db
from blog.slugs import slugify

AUTHOR_FORM = re.compile(r"/author/([^/]+)/?")
"""Of Ghost and WordPress."""
TAG_FORMS = re.compile(r"/(?:blogs/[^/]+/tagged|tag|category(?:/[^/]+)*)/([^/]+)/?")
"""Of Shopify, of Ghost and WordPress, and of WordPress’s categories, which may stand one below another."""
FEED = r"/(?:rss|feed(?:/(?:atom|rss2?|rdf))?)/?"
"""What Ghost and WordPress append to the address of what a feed is about."""
SITE_FEED_FORMS = re.compile(rf"{FEED}|/(?:atom|rss|index)\.xml|/blogs/[^/]+\.atom")
"""Theirs, those of sites made of files, and of a Shopify blog."""
FORMS: tuple[tuple[re.Pattern[str], type[Tag | Author], str], ...] = (
    (re.compile(rf"/(?:tag|category(?:/[^/]+)*)/([^/]+){FEED}"), Tag, "feeds.tag"),
    (re.compile(rf"/author/([^/]+){FEED}"), Author, "feeds.author"),
    (TAG_FORMS, Tag, "articles.tag"),
    (AUTHOR_FORM, Author, "articles.author"),
)


def redirect_or_404(path: str, slug: str | None = None) -> ResponseReturnValue:
    """Send the reader of a former address on; say whether what was at ``path`` is gone or never was.

    ``slug`` is the article's that ``path`` could be the address of.
    """
    target = db.session.scalar(select(Article).join(Redirect).where(Redirect.path == path))
    if target is not None:
        if not target.is_published:
            return abort(410 if target.withdrawn_at else 404)
        return redirect(url_for("articles.show", slug=target.slug), 301)
    if SITE_FEED_FORMS.fullmatch(path):
        return redirect(url_for("feeds.site", ending="xml"), 301)
    for form, model, endpoint in FORMS:
        named = _named(form, path, model)
        if named is not None:
            ending: dict[str, Any] = {"ending": "xml"} if endpoint.startswith("feeds.") else {}
            return redirect(url_for(endpoint, slug=named, **ending), 301)
    return abort(410 if slug and _was_withdrawn(slug) else 404)


def _named(form: re.Pattern[str], path: str, model: type[Tag | Author]) -> str | None:
    """The slug of the tag or author whose articles a CMS listed at ``path``."""
    found = form.fullmatch(path)
    if found is None:
        return None
    slug = slugify(unquote_plus(found[1]))
    return current_slug(model, slug) or db.session.scalar(select(model.slug).where(model.slug == slug))


def current_slug(model: type[Tag | Author], slug: str) -> str | None:
    """The slug that a tag or author has now that once had ``slug``; ``None`` where that is not a former one."""
    kind = model.__tablename__
    return db.session.scalar(select(FormerSlug.target).where(FormerSlug.kind == kind, FormerSlug.slug == slug))


def _was_withdrawn(slug: str) -> bool:
    withdrawn = select(Article.id).where(Article.slug == slug, Article.withdrawn_at.is_not(None))
    return db.session.scalar(withdrawn.limit(1)) is not None
