"""Former addresses: of articles, which the database knows, and of tags, which CMSs form in ways of their own."""

import re
from urllib.parse import unquote_plus

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blog.content.document import slugify
from blog.content.models import Article, Author, Redirect, Tag
from blog.extensions import db

AUTHOR_FORM = re.compile(r"/author/([^/]+)/?")
"""Of Ghost and WordPress."""
TAG_FORMS = re.compile(r"/(?:blogs/[^/]+/tagged|tag|category(?:/[^/]+)*)/([^/]+)/?")
"""Of Shopify, of Ghost and WordPress, and of WordPress’s categories, which may stand one below another."""
FORMS: tuple[tuple[re.Pattern[str], type[Tag | Author], str], ...] = (
    (TAG_FORMS, Tag, "articles.tag"),
    (AUTHOR_FORM, Author, "articles.author"),
)


def elsewhere(path: str, slug: str | None = None) -> ResponseReturnValue:
    """Send the reader of a former address on; say whether what was at ``path`` is gone or never was.

    ``slug`` is the article's that ``path`` could be the address of.
    """
    target = db.session.scalar(select(Article).join(Redirect).where(Redirect.path == path))
    if target is not None:
        if not target.is_published:
            return abort(410 if target.withdrawn_at else 404)
        return redirect(url_for("articles.show", slug=target.slug), 301)
    for form, model, endpoint in FORMS:
        named = _named(form, path, model)
        if named is not None:
            return redirect(url_for(endpoint, slug=named), 301)
    return abort(410 if slug and _was_withdrawn(slug) else 404)


def _named(form: re.Pattern[str], path: str, model: type[Tag | Author]) -> str | None:
    """The slug of the tag or author whose articles a CMS listed at ``path``."""
    found = form.fullmatch(path)
    if found is None:
        return None
    return db.session.scalar(select(model.slug).where(model.slug == slugify(unquote_plus(found[1]))))


def _was_withdrawn(slug: str) -> bool:
    withdrawn = select(Article.id).where(Article.slug == slug, Article.withdrawn_at.is_not(None))
    return db.session.scalar(withdrawn.limit(1)) is not None
