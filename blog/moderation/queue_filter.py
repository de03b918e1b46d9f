"""The filter of the queue. It is written to the page's URL and makes the query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from flask import url_for
from sqlalchemy import ColumnElement, and_, exists, func, literal, select

from blog.comments.models import Comment, CommentSignal, Status
from blog.comments.search import prepare_search, read_query
from blog.content.search_query import MAX_QUERY, SearchQuery
from blog.extensions import db
from blog.moderation.decisions import TRANSITIONS
from blog.row_ids import row_id
from blog.unicode import sanitize_text

LISTS = (*map(Status, TRANSITIONS), Status.WITHDRAWN)
"""The statuses with a list of their own."""
SIGNAL_NAME = re.compile(r"[a-z_]{1,40}")
MANY_FINDINGS = 5_000
"""A check with so many findings has enough for a page near the beginning of most queues."""


class UnknownFilter(ValueError):
    """The URL has an invalid filter."""


class Narrowing(StrEnum):
    """What the comments of a narrowed queue have in common, as an argument of the URL."""

    ARTICLE = "article"
    """The value is the article's id."""
    ADDRESS = "address"
    """The value is the id of a comment with the same mail address, so that no address is in a URL."""
    NETWORK = "network"
    """The value is the id of a comment from the same network."""
    CHECK = "check"
    """The value is the name of a check with a finding on them."""


@dataclass(frozen=True)
class QueueFilter:
    """The comments of one status; only those of ``narrowing`` and with ``words``, where these are given."""

    status: Status = Status.PENDING
    narrowing: Narrowing | None = None
    value: int | str = 0
    """The value of ``narrowing``; 0 without one."""
    words: str = ""
    """A search as it was typed."""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> Self:
        """The filter in the arguments of a URL.

        :raises UnknownFilter: the filter is not valid.
        """
        status = arguments.get("status", Status.PENDING)
        if status not in LISTS:
            raise UnknownFilter(status)
        words = " ".join(sanitize_text(arguments.get("q", "")[:MAX_QUERY]).split())
        for narrowing in Narrowing:
            if narrowing in arguments:
                return cls(Status(status), narrowing, _value(narrowing, arguments[narrowing]), words)
        return cls(Status(status), words=words)

    @classmethod
    def from_address(cls, address: str) -> Self:
        """The filter in a URL of the queue."""
        return cls.from_arguments(dict(parse_qsl(urlsplit(address).query)))

    @property
    def arguments(self) -> dict[str, str]:
        """The URL arguments, as in ``url_for("moderation.queue", **filter.arguments)``."""
        narrowing = {} if self.narrowing is None else {self.narrowing.value: str(self.value)}
        return {"status": self.status.value} | narrowing | ({"q": self.words} if self.words else {})

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves out some comments of the status."""
        return self.narrowing is not None or bool(self.words)

    def with_status(self, status: str) -> "QueueFilter":
        """The same filter for another status."""
        return replace(self, status=Status(status))

    def with_words(self, words: str) -> "QueueFilter":
        """The same comments, searched for other words."""
        return replace(self, words=words)

    @property
    def address(self) -> str:
        """The URL of the first page."""
        arguments: dict[str, Any] = {**self.arguments}
        return url_for("moderation.queue", **arguments)

    def address_of_newer(self, comment_id: int) -> str:
        """The URL of the page on which comments that came in after ``comment_id`` are the first ones."""
        return f"{self.address}&after={comment_id}" if self.is_oldest_first else self.address

    @property
    def is_oldest_first(self) -> bool:
        """Whether the oldest comment comes first: the longest waiting one is decided first."""
        return self.status is Status.PENDING

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        """The columns for ``order_by()``."""
        columns = (Comment.submitted_at, Comment.id)
        # Both columns in the same direction, so that one index serves both orders.
        return tuple(column.asc() if self.is_oldest_first else column.desc() for column in columns)

    def prepare_conditions(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions for ``where()``. Call it in the transaction of the query.

        The database is first asked how much a check has found, and PostgreSQL how many comments have the words.
        """
        return Comment.status == self.status, *self.prepare_narrowing()

    def prepare_narrowing(self) -> tuple[ColumnElement[bool], ...]:
        """The same without the condition for the status."""
        conditions = []
        if self.narrowing is not None:
            conditions.append(self._has_in_common)
        if self.words:
            conditions.append(prepare_search(self.query, self.status))
        return tuple(conditions)

    @property
    def check(self) -> str | None:
        """The name of the check that the queue is narrowed to."""
        return str(self.value) if self.narrowing is Narrowing.CHECK else None

    @property
    def query(self) -> SearchQuery:
        """The search; it has no terms if nothing was typed."""
        return read_query(self.words)

    @property
    def _has_in_common(self) -> ColumnElement[bool]:
        if self.narrowing is Narrowing.ARTICLE:
            return Comment.article_id == self.value
        if self.narrowing is Narrowing.CHECK:
            return _has_finding(str(self.value))
        column, is_kept = (
            (Comment.email_key, Comment.HAS_EMAIL)
            if self.narrowing is Narrowing.ADDRESS
            else (Comment.network, Comment.HAS_NETWORK)
        )
        # ``is_kept`` is the condition of the partial index. It also keeps senders without an address or a network from
        # counting as one sender.
        return and_(column == select(column).where(Comment.id == self.value).scalar_subquery(), is_kept)


def _has_finding(check: str) -> ColumnElement[bool]:
    """A condition for ``where()``: ``check`` has a finding on the comment.

    SQLite reads a subquery completely, and asks ``exists()`` of each comment in the order of the queue. The latter is
    faster if there are many findings, because these soon fill a page; the former if there are few.
    """
    is_its_own = CommentSignal.name == check
    counted = select(literal(1)).where(is_its_own).limit(MANY_FINDINGS).subquery()
    if db.session.scalar(select(func.count()).select_from(counted)) == MANY_FINDINGS:
        return exists().where(CommentSignal.comment_id == Comment.id, is_its_own)
    return Comment.id.in_(select(CommentSignal.comment_id).where(is_its_own))


def _value(narrowing: Narrowing, text: str) -> int | str:
    if narrowing is Narrowing.CHECK:
        if SIGNAL_NAME.fullmatch(text) is None:
            raise UnknownFilter(text)
        return text
    try:
        return row_id(text)
    except ValueError as error:
        raise UnknownFilter(text) from error
