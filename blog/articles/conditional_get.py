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
    """Return a response that any cache may keep for ``max_age`` seconds, and for one more day if the blog is down.

    A conditional request (RFC 9110, section 13) gets a 304 if the client already has the same bytes.
    """
    response = Response(body, content_type=content_type)
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    response.cache_control.stale_while_revalidate = max_age
    response.cache_control.stale_if_error = ONE_DAY
    # The content type is part of the hash: a feed has one body but two content types, which depend on Accept.
    response.set_etag(sha256(content_type.encode() + b"\0" + body).hexdigest()[:32])
    if modified_at is not None:
        response.last_modified = modified_at
    response.make_conditional(request)
    return response


def modified_at(newest: datetime) -> datetime:
    """Return when a list of articles last changed; ``newest`` is the latest date in the list.

    The dates alone are not enough: withdrawing an article, or adding one with an old date, changes the list but not its
    latest date. Both write a purge, so the time of the last purge counts too; its row is never pruned.
    """
    purged = db.session.scalar(select(func.max(CachePurge.purged_at)))
    return max(newest, purged) if purged else newest
