"""Signed links to drafts and scheduled articles, valid for some days."""

import time
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from blog.config import settings
from blog.content.drafts import Draft
from blog.content.models import Article
from blog.database import utc_now
from blog.errors import OperatorError
from blog.extensions import db

SALT = "preview"
SECONDS_A_DAY = 24 * 60 * 60
LOCAL_URL = "http://127.0.0.1:8000"
MAX_LISTED = 200


class PreviewExpired(Exception):
    """The preview link has a valid signature, but its time is over."""


class NoPreview(Exception):
    """The preview link is malformed or was not signed by this blog."""


class NoDraft(OperatorError):
    """There is no draft or scheduled article, or none with the requested slug."""

    def __init__(self, slug: str | None) -> None:
        which = f"with the slug “{slug}”" if slug else "in the blog"
        super().__init__(f"There is no draft or scheduled article {which}. Import it with: blog sync")


class Unpublished(NamedTuple):
    """A draft or scheduled article, with the address of its preview."""

    title: str
    slug: str
    is_draft: bool
    preview: str


def previewed(token: str) -> Draft | Article | None:
    """Return the draft or article that a preview link shows, or ``None`` if it no longer exists.

    The article may be public by now.

    :raises PreviewExpired: the link's time is over.
    :raises NoPreview: the link is malformed or was not signed by this blog.
    """
    try:
        source_id, until = _serializer().loads(token)
    except (BadSignature, TypeError, ValueError) as error:
        raise NoPreview from error
    if time.time() > until:
        raise PreviewExpired
    # The link does not name the source, and a former source may have used the same id, so the newest draft counts.
    draft = db.session.scalar(select(Draft).where(Draft.source_id == source_id).order_by(Draft.id.desc()).limit(1))
    if draft is not None:
        return draft
    live = select(Article).where(Article.source_id == source_id, Article.withdrawn_at.is_(None))
    return db.session.scalar(live.limit(1))


def unpublished(days: int | None = None, slug: str | None = None) -> list[Unpublished]:
    """List drafts, then scheduled articles, at most ``MAX_LISTED`` of each, with preview links valid for ``days``.

    :param slug: list only those with this slug.
    """
    # Selects columns, because a whole draft includes its text, and there may be hundreds.
    drafts = select(Draft.title, Draft.slug, Draft.source_id).order_by(Draft.updated_at.desc(), Draft.id.desc())
    scheduled = (
        select(Article.title, Article.slug, Article.source_id)
        .where(Article.withdrawn_at.is_(None), Article.published_at > utc_now())
        .order_by(Article.published_at, Article.id)
    )
    if slug is not None:
        drafts, scheduled = drafts.where(Draft.slug == slug), scheduled.where(Article.slug == slug)
    return [
        Unpublished(row.title, row.slug, is_draft, preview_url(row.source_id, days))
        for query, is_draft in ((drafts, True), (scheduled, False))
        for row in db.session.execute(query.limit(MAX_LISTED))
    ]


def preview_url(source_id: str, days: int | None = None) -> str:
    """Return the preview link of ``source_id``, valid for ``days`` from now; the setting is the default."""
    until = int(time.time()) + (days or settings.preview_days) * SECONDS_A_DAY
    # The source's id, because a published draft becomes another row and the link must still work. The end is part of
    # it, because URLSafeTimedSerializer lets the reader of a link decide how old it may be.
    token = _serializer().dumps([source_id, until])
    # url_for() needs a request or SERVER_NAME, and the command line has neither.
    path = current_app.url_map.bind("").build("previews.show", {"token": token})
    return f"{settings.url or LOCAL_URL}{path}"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=SALT)
