"""Deletes senders' networks and what their browsers said about themselves from comments when their time is over."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import TextClause, select, update
from sqlalchemy.orm import InstrumentedAttribute

from blog.comments.models import Comment
from blog.config import settings
from blog.database import utc_now, write_transaction
from blog.extensions import db

BATCH_SIZE = 1_000


def drop_expired() -> int:
    """Empty networks, user agents and languages that are older than the settings allow; return how often.

    Each batch is a transaction of its own, so that other writers do not wait long.
    """
    browser = (Comment.user_agent, Comment.accept_language)
    return _drop((Comment.network,), Comment.HAS_NETWORK, settings.keep_network_days) + _drop(
        browser, Comment.HAS_BROWSER, settings.keep_user_agent_days
    )


def _drop(columns: Sequence[InstrumentedAttribute[str]], is_kept: TextClause, days: int) -> int:
    due = select(Comment.id).where(is_kept, Comment.submitted_at <= utc_now() - timedelta(days=days))
    dropped = 0
    while True:
        with write_transaction(db.session()) as session:
            # The condition and the order are those of a partial index, so only rows that are due are read.
            ids = session.scalars(due.order_by(Comment.submitted_at).limit(BATCH_SIZE)).all()
            # The row's version stays the same, because the text that moderators decide on has not changed.
            session.execute(update(Comment).where(Comment.id.in_(ids)).values(dict.fromkeys(columns, "")))
        dropped += len(ids)
        if len(ids) < BATCH_SIZE:
            return dropped
