"""Answers to machines: the same bytes for everybody, and none at all for who has them already."""

from datetime import datetime
from hashlib import sha256

from flask import Response, request
from sqlalchemy import func, select

from blog.cache.purges import CachePurge
from blog.extensions import db

FIVE_MINUTES = 5 * 60
ONE_HOUR = 60 * 60
ONE_DAY = 24 * ONE_HOUR


def answer(body: bytes, content_type: str, *, max_age: int, modified_at: datetime | None = None) -> Response:
    """``body``, which any cache may keep for ``max_age`` seconds, and serve stale for a day where we are down.

    A conditional request (RFC 9110, section 13) is answered 304 where it can be.
    """
    response = Response(body, content_type=content_type)
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    response.cache_control.stale_while_revalidate = max_age
    response.cache_control.stale_if_error = ONE_DAY
    response.set_etag(sha256(content_type.encode() + b"\0" + body).hexdigest()[:32])
    if modified_at is not None:
        response.last_modified = modified_at
    response.make_conditional(request)
    return response


def modified_at(newest: datetime) -> datetime:
    """When a list last changed whose latest article is of ``newest``.

    What is taken back, or comes with a date of long ago, leaves no later date in a list; but its purge is noted.
    """
    purged = db.session.scalar(select(func.max(CachePurge.purged_at)))
    return max(newest, purged) if purged else newest
