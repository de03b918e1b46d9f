"""Earlier comments that concern a new one. They are read in one statement, from indexes, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Integer, Select, String, bindparam, literal_column, select, union_all

from blog.comments.models import Comment, CommentTrace
from blog.comments.signals.traces import ORDERS
from blog.extensions import db

NEWEST = 20
"""How many earlier comments by the same address, and from the same network, are read."""
MATCHES = 20
"""How many earlier comments are read for each trace of the text."""


@dataclass(frozen=True)
class Earlier:
    """An earlier comment."""

    comment_id: int
    article_id: int
    status: str
    submitted_at: datetime


@dataclass
class History:
    """The newest comments by the same address and from the same network, and those with a similar text."""

    of_address: list[Earlier] = field(default_factory=list)
    of_network: list[Earlier] = field(default_factory=list)
    same_text: list[Earlier] = field(default_factory=list)
    near: dict[int, list[Earlier]] = field(default_factory=dict)
    """Comments that share traces with this text, by id; one entry for each shared trace."""


def read_history(email_key: str, network: str, traces: Sequence[int | None], comment_id: int = 0) -> History:
    """Read the history of a comment with these ``traces``; ``comment_id`` is its own id if it is stored."""
    values = {f"trace_{place}": value for place, value in enumerate(traces)}
    rows = db.session.execute(_statement(), {"address": email_key, "network": network, "own": comment_id} | values)
    history = History()
    for kind, *columns in rows:
        earlier = Earlier(*columns)
        if kind == "address":
            history.of_address.append(earlier)
        elif kind == "network":
            history.of_network.append(earlier)
        elif kind == "trace_0":
            history.same_text.append(earlier)
        else:
            history.near.setdefault(earlier.comment_id, []).append(earlier)
    return history


@cache
def _statement() -> CompoundSelect[*tuple[Any, ...]]:
    own = Comment.id != bindparam("own", type_=Integer())
    parts = []
    for kind, column, is_known in (
        ("address", Comment.email_key, Comment.HAS_EMAIL),
        ("network", Comment.network, Comment.HAS_NETWORK),
    ):
        is_same = column == bindparam(kind, type_=String())
        newest = _columns(kind).where(is_same, is_known, own).order_by(Comment.submitted_at.desc(), Comment.id.desc())
        parts.append(select(newest.limit(NEWEST).subquery()))
    parts.extend(_with_trace(f"trace_{place}") for place in range(1 + len(ORDERS)))
    return union_all(*parts)


def _with_trace(name: str) -> Select[*tuple[Any, ...]]:
    is_same = CommentTrace.value == bindparam(name, type_=BigInteger())
    is_other = CommentTrace.comment_id != bindparam("own", type_=Integer())
    ids = select(CommentTrace.comment_id).where(is_same, is_other).order_by(CommentTrace.comment_id.desc())
    return _columns(name).where(Comment.id.in_(ids.limit(MATCHES)))


def _columns(kind: str) -> Select[*tuple[Any, ...]]:
    columns = (Comment.id, Comment.article_id, Comment.status, Comment.submitted_at)
    return select(literal_column(f"'{kind}'", String()).label("kind"), *columns)
