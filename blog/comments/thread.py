"""The approved comments of one article, a bounded part at a time."""

from dataclasses import dataclass

from sqlalchemy import tuple_

from blog.comments.models import Comment
from blog.content.keys import article_key
from blog.extensions import db

AT_ONCE = 200
MAX_ID = 2**31 - 1
"""The largest id that every database can look for."""


def thread_keys(article_id: int) -> set[str]:
    """The cache keys of what shows an article’s approved comments: its page, and their feed."""
    return {article_key(article_id), f"comments/{article_id}"}


@dataclass(frozen=True)
class Thread:
    """Comments, oldest first; ``continues_after`` is the last one's id where more follow."""

    comments: list[Comment]
    continues_after: int | None = None


def thread(article_id: int, after: int | None = None) -> Thread:
    """The approved comments of an article that follow the comment with the id ``after``, or the first ones."""
    query = Comment.approved(article_id)
    anchor = db.session.get(Comment, after) if after and 0 < after <= MAX_ID else None
    if anchor is not None:
        query = query.where(tuple_(Comment.submitted_at, Comment.id) > (anchor.submitted_at, anchor.id))
    comments = list(db.session.scalars(query.limit(AT_ONCE + 1)))
    shown = comments[:AT_ONCE]
    return Thread(shown, shown[-1].id if len(comments) > AT_ONCE else None)
