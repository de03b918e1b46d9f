"""Earlier comments that concern a new one. They are read in one statement, from indexes, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    TextClause,
    bindparam,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from blog.comments.models import Comment, CommentTrace, Status
from blog.database import UTCDateTime, utc_now
from blog.extensions import db

NEWEST = 20
"""How many earlier comments by the same address, and from the same network, are counted."""
MATCHES = 20
"""How many earlier comments are read for each trace of the text."""
RECENT = timedelta(minutes=10)
REFUSALS = timedelta(days=90)

# The queries name columns of tables, because selecting from classes would double the time of such a small statement.
_comment = Comment.__table__.c
_trace = CommentTrace.__table__.c


@dataclass(frozen=True)
class Earlier:
    """An earlier comment."""

    comment_id: int
    article_id: int
    status: str


@dataclass
class History:
    """Counts of the newest comments by the same address and from the same network; comments with a similar text."""

    of_address: int = 0
    recent_of_address: int = 0
    """How many of them were sent within ``RECENT``."""
    spam_of_address: int = 0
    """How many of them are spam and were sent within ``REFUSALS``."""
    rejected_of_address: int = 0
    recent_of_network: int = 0
    same_text: list[Earlier] = field(default_factory=list)
    near: dict[int, list[Earlier]] = field(default_factory=dict)
    """Comments that share traces with this text, by id; one entry for each shared trace."""


def read_history(email_key: str, network: str, traces: Sequence[int], comment_id: int = 0) -> History:
    """Read the history of a comment with these ``traces``; ``comment_id`` is its own id if it is stored."""
    now = utc_now()
    values = {"address": email_key, "network": network, "own": comment_id}
    times = {"recent_from": now - RECENT, "refusals_from": now - REFUSALS}
    # A short text has no traces. Then the statement looks for NULL, which equals no trace, and needs no other form.
    wanted = {f"trace_{place}": value for place, value in enumerate(traces or [None])}
    rows = db.session.execute(_statement(len(wanted)), values | times | wanted).all()
    *counts, _, _, _, _ = rows[0]
    history = History(*counts)
    for *_, place, id_, article_id, status in rows:
        # Place 0 is the trace of the whole text, because text_traces() puts it first.
        if place == 0:
            history.same_text.append(Earlier(id_, article_id, status))
        elif place is not None:
            history.near.setdefault(id_, []).append(Earlier(id_, article_id, status))
    return history


# A text has 0, 1 or 7 traces, so this keeps two statements at most.
@cache
def _statement(traces: int) -> Select[*tuple[Any, ...]]:
    """Each row has the counts, and a comment that shares one of so many traces; one row has no comment if none does."""
    address = _counts("address", _comment.email_key, Comment.HAS_EMAIL)
    network = _counts("network", _comment.network, Comment.HAS_NETWORK)
    found = union_all(*map(_with_trace, range(traces))).subquery("found")
    counts = (address.c.total, address.c.recent, address.c.spam, address.c.rejected, network.c.recent)
    both = address.join(network, true())
    return select(*counts, *found.c).select_from(both.join(found, true(), isouter=True))


def _counts(kind: str, column: ColumnElement[str], is_known: TextClause) -> Subquery:
    is_same = column == bindparam(kind, type_=String())
    # Condition and order are those of the indexes ix_comment_email_newest and ix_comment_network_newest, so that a
    # database reads no more than NEWEST rows.
    newest = select(_comment.status, _comment.submitted_at).where(is_same, is_known, _is_other(_comment.id))
    sent = newest.order_by(_comment.submitted_at.desc(), _comment.id.desc()).limit(NEWEST).subquery().c
    is_recent = sent.submitted_at > bindparam("recent_from", type_=UTCDateTime())
    is_kept = sent.submitted_at > bindparam("refusals_from", type_=UTCDateTime())
    count = func.count()
    return select(
        count.label("total"),
        count.filter(is_recent).label("recent"),
        count.filter(is_kept, sent.status == Status.SPAM).label("spam"),
        count.filter(is_kept, sent.status == Status.REJECTED).label("rejected"),
    ).subquery(kind)


def _with_trace(place: int) -> Select[*tuple[Any, ...]]:
    is_same = _trace.value == bindparam(f"trace_{place}", type_=BigInteger())
    # The primary key of traces gives the newest ids first, so a text that was sent a thousand times costs no more. The
    # limit stands in a subquery, because SQLite allows none in a part of a UNION.
    ids = select(_trace.comment_id).where(is_same, _is_other(_trace.comment_id)).order_by(_trace.comment_id.desc())
    columns = (literal_column(str(place), Integer()).label("place"), _comment.id, _comment.article_id, _comment.status)
    return select(*columns).where(_comment.id.in_(ids.limit(MATCHES)))


def _is_other(id_: ColumnElement[int]) -> ColumnElement[bool]:
    return id_ != bindparam("own", type_=Integer())
