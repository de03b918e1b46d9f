"""The history of the commenters on a page: how their earlier comments were decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    TextClause,
    bindparam,
    func,
    literal,
    select,
)

from blog.comments.models import Comment, Status
from blog.extensions import db

MAX_COUNTED = 99
"""Comments are counted up to this number; more are “99+”."""
DECIDED = (Status.APPROVED, Status.REJECTED, Status.SPAM)


@dataclass(frozen=True)
class CommenterHistory:
    """The comments of one mail address: the number for each status, and the time of the first."""

    counts: dict[Status, int]
    first_seen: datetime


def shown_count(count: int) -> str:
    """A number of comments that was counted up to one more than ``MAX_COUNTED``."""
    return f"{MAX_COUNTED}+" if count > MAX_COUNTED else str(count)


def histories(comments: Iterable[Comment]) -> dict[str, CommenterHistory]:
    """The history of the mail address of each comment, by ``email_key``, read in one statement."""
    ids = [comment.id for comment in comments if comment.email_key]
    if not ids:
        return {}
    found = {}
    for row in db.session.execute(_statement(), {"ids": ids}).mappings():
        counts = {status: row[status.value] for status in DECIDED if row[status.value]}
        found[row["email_key"]] = CommenterHistory(counts, row["first_seen"])
    return found


@cache
def _statement() -> Select[*tuple[object, ...]]:
    """One row per address. Each number in it comes from a limited part of an index."""
    # An expanding parameter, so that the cached statement serves any number of comments.
    ids = bindparam("ids", expanding=True, type_=Integer())
    addresses = select(Comment.email_key).where(Comment.id.in_(ids)).distinct().subquery("address")
    counts = [_count(addresses, status).label(status.value) for status in DECIDED]
    times = select(func.min(Comment.submitted_at)).where(*_of(addresses)).correlate(addresses).scalar_subquery()
    return select(addresses.c.email_key, *counts, times.label("first_seen"))


def _count(addresses: Subquery, status: Status) -> ScalarSelect[int]:
    is_one = (*_of(addresses), Comment.status == status)
    # By itself, SQLAlchemy correlates only with the SELECT directly around; ``addresses`` is one level further out.
    rows = select(literal(1)).where(*is_one).limit(MAX_COUNTED + 1).correlate(addresses).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def _of(addresses: Subquery) -> tuple[ColumnElement[bool], TextClause]:
    return Comment.email_key == addresses.c.email_key, Comment.HAS_EMAIL
