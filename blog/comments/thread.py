"""The approved comments of one article, a bounded part at a time."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Integer, Select, bindparam, tuple_
from sqlalchemy.orm import load_only

from blog.comments.models import Comment
from blog.content.cache_keys import article_key
from blog.database import UTCDateTime
from blog.extensions import db

PAGE_SIZE = 200
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
    anchor = db.session.get(Comment, after) if after and 0 < after <= MAX_ID else None
    values: dict[str, object] = {"article_id": article_id, "most": PAGE_SIZE + 1}
    if anchor is not None:
        values |= {"submitted_at": anchor.submitted_at, "id": anchor.id}
    comments = list(db.session.scalars(_question(continues=anchor is not None), values))
    shown = comments[:PAGE_SIZE]
    return Thread(shown, shown[-1].id if len(comments) > PAGE_SIZE else None)


@cache
def _question(*, continues: bool) -> Select[Comment]:
    # Putting a statement together takes longer than asking it, so it is kept.
    approved = Comment.approved(bindparam("article_id", type_=Integer()))
    if continues:
        place = tuple_(bindparam("submitted_at", type_=UTCDateTime()), bindparam("id", type_=Integer()))
        approved = approved.where(tuple_(Comment.submitted_at, Comment.id) > place)
    shown = load_only(Comment.name, Comment.website, Comment.body_html, Comment.submitted_at)
    return approved.options(shown).limit(bindparam("most", type_=Integer()))
