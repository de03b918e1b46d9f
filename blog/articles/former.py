"""Former addresses: of articles, which the database knows, and of tags, which CMSs form in ways of their own."""

import re
from urllib.parse import unquote_plus

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blog.content.document import slugify
from blog.content.models import Article, Redirect, Tag
from blog.extensions import db

TAG_FORMS = re.compile(r"/(?:blogs/[^/]+/tagged|tag|category(?:/[^/]+)*)/(?P<tag>[^/]+)/?")
"""Of Shopify, of Ghost and WordPress, and of WordPress’s categories, which may stand one below another."""


def elsewhere(path: str, slug: str | None = None) -> ResponseReturnValue:
    """Send the reader of a former address on; say whether what was at ``path`` is gone or never was.

    ``slug`` is the article's that ``path`` could be the address of.
    """
    target = db.session.scalar(select(Article).join(Redirect).where(Redirect.path == path))
    if target is not None:
        if not target.is_published:
            return abort(410 if target.withdrawn_at else 404)
        return redirect(url_for("articles.show", slug=target.slug), 301)
    tag = _tag(path)
    if tag is not None:
        return redirect(url_for("articles.tag", slug=tag), 301)
    return abort(410 if slug and _was_withdrawn(slug) else 404)


def _tag(path: str) -> str | None:
    """The slug of the tag whose articles were listed at ``path`` by a CMS."""
    form = TAG_FORMS.fullmatch(path)
    if form is None:
        return None
    return db.session.scalar(select(Tag.slug).where(Tag.slug == slugify(unquote_plus(form["tag"]))))


def _was_withdrawn(slug: str) -> bool:
    withdrawn = select(Article.id).where(Article.slug == slug, Article.withdrawn_at.is_not(None))
    return db.session.scalar(withdrawn.limit(1)) is not None
