"""Cacheable responses for feeds and site files, with ETag and 304 support."""

from datetime import datetime
from hashlib import sha256

from flask import Response, request
from sqlalchemy import func, select

from blog.cache.purges import CachePurge
from blog.extensions import db

FIVE_MINUTES = 5 * 60
ONE_HOUR = 60 * 60
ONE_DAY = 24 * ONE_HOUR


def cacheable_response(
    body: bytes, content_type: str, *, max_age: int, modified_at: datetime | None = None
) -> Response:
    """A response that any cache may keep for ``max_age`` seconds, and serve for a day longer while the blog is down.

    A conditional request (RFC 9110, section 13) gets a 304 where the client has the same bytes.
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
    """When a list last changed whose newest article is dated ``newest``.

    A withdrawn article, or a new one with an old date, leaves no later date in the list, but its purge has a time.
    """
    purged = db.session.scalar(select(func.max(CachePurge.purged_at)))
    return max(newest, purged) if purged else newest
