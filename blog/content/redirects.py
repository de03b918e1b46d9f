"""Redirects from former addresses of articles, and checks that an address may be redirected."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from blog.content.models import Article, Redirect
from blog.extensions import db

CATCH_ALL = "articles.moved"
"""The endpoint that handles all paths without a page of their own."""


class RedirectWriter:
    """Adds and changes redirects for one batch of articles; reads the existing ones in one query."""

    def __init__(self, session: Session, paths: Iterable[str]) -> None:
        self._session = session
        found = session.scalars(select(Redirect).where(Redirect.path.in_(set(paths))))
        self._by_path = {redirect.path: redirect for redirect in found}

    def free_address(self, slug: str) -> None:
        """Delete the redirect from ``/articles/<slug>``, if any, so that an article can use the address."""
        redirect = self._by_path.pop(article_path(slug), None)
        if redirect is not None:
            self._session.delete(redirect)
            self._session.flush()

    def add(self, path: str, article: Article) -> None:
        """Redirect ``path`` to ``article``, replacing any earlier redirect."""
        redirect = self._by_path.get(path)
        if redirect is None:
            self._by_path[path] = redirect = Redirect(path=path, article=article)
            self._session.add(redirect)
        elif redirect.article is not article:
            redirect.article = article

    def refusal(self, path: str, article: Article, live_slugs: Iterable[str]) -> str | None:
        """Return why ``path`` cannot redirect to ``article``, or ``None`` if it can."""
        endpoint, _ = match(path)
        is_article = endpoint == "articles.show"
        # Every address of the form /articles/<slug> has this endpoint, even without an article, so the slug decides.
        is_taken = path.removeprefix(article_path("")) in live_slugs if is_article else endpoint != CATCH_ALL
        if is_taken:
            return f"{path} is an address of the blog itself"
        redirect = self._by_path.get(path)
        if redirect and redirect.article is not article and redirect.article.withdrawn_at is None:
            return f"{path} already leads to “{redirect.article.title}”"
        return None


def match(path: str) -> tuple[str | None, Mapping[str, Any]]:
    """Return the endpoint for a GET of ``path``, and its arguments.

    The endpoint is ``None`` if routing redirects ``path`` or allows only other methods.
    """
    try:
        return current_app.url_map.bind("").match(path)
    except (RequestRedirect, MethodNotAllowed):
        return None, {}
    except NotFound:
        return CATCH_ALL, {}


def moved_article(former_slug: str) -> Article | None:
    """Return the public article that used to have the slug ``former_slug``."""
    path = article_path(former_slug)
    return db.session.scalar(Article.published().join(Redirect).where(Redirect.path == path))


def article_path(slug: str) -> str:
    """Return the path of the article with ``slug``."""
    return f"/articles/{slug}"
