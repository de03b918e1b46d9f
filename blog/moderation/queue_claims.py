"""Claims: a comment on one moderator's screen is not shown to others for some minutes, but all may decide on it.

A moderator who is signed in on two devices sees the same queue on both: claims keep people apart, not browsers.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, literal, or_, select

from blog.comments.models import Comment
from blog.database import UTCDateTime, insert_into, utc_now, write_transaction
from blog.extensions import db
from blog.moderation.models import Moderator, ModeratorSession, QueueClaim

DURATION = timedelta(minutes=3)
MAX_CLAIMED = 50
"""One page claims at most this many comments at once."""

# Constants, because the queue uses them for each page, and making two aliases took a tenth of its time.
_own, _any_device = ModeratorSession.__table__.alias(), ModeratorSession.__table__.alias()
_IS_SAME = _any_device.c.moderator_id == _own.c.moderator_id


def claim(session_id: int, comment_ids: Collection[int]) -> None:
    """Claim comments for a session for ``DURATION``, except those that another moderator has claimed."""
    now = utc_now()
    with write_transaction(db.session()) as session:
        session.execute(delete(QueueClaim).where(QueueClaim.expires_at <= now))
        # Selected and not listed as values: SQLAlchemy would compile a statement with many rows anew each time.
        claims = select(Comment.id, literal(session_id), literal(now + DURATION, UTCDateTime()))
        # This also drops ids that no comment has. The order is fixed against deadlocks of two claims on PostgreSQL.
        known = claims.where(Comment.id.in_(comment_ids)).order_by(Comment.id).limit(MAX_CLAIMED)
        statement = insert_into(session, QueueClaim).from_select(["comment_id", "session_id", "expires_at"], known)
        is_free = or_(QueueClaim.session_id.in_(_same_moderator(session_id)), QueueClaim.expires_at <= now)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[QueueClaim.comment_id],
                set_={"session_id": session_id, "expires_at": now + DURATION},
                where=is_free,
            )
        )


def is_taken(session_id: int) -> ColumnElement[bool]:
    """In a query for comments: another moderator than that of the session has claimed the comment."""
    return exists().where(QueueClaim.comment_id == Comment.id, *_of_others(session_id))


def taken(session_id: int, comment_ids: Collection[int] | None = None) -> dict[int, str]:
    """The comments, of all or of these, that other moderators have claimed, with their names."""
    names = (
        select(QueueClaim.comment_id, Moderator.name)
        .join(ModeratorSession, ModeratorSession.id == QueueClaim.session_id)
        .join(Moderator, Moderator.id == ModeratorSession.moderator_id)
        .where(*_of_others(session_id))
    )
    if comment_ids is not None:
        names = names.where(QueueClaim.comment_id.in_(comment_ids))
    return {row[0]: row[1] for row in db.session.execute(names)}


def _of_others(session_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return QueueClaim.session_id.not_in(_same_moderator(session_id)), QueueClaim.expires_at > utc_now()


def _same_moderator(session_id: int) -> Select[int]:
    """Select the ids of all sessions of the moderator to whom ``session_id`` belongs, itself included."""
    return select(_any_device.c.id).join(_own, _IS_SAME).where(_own.c.id == session_id)
