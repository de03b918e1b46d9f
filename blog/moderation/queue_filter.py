"""The filter of the queue. It is written to the page's URL and makes the query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from flask import url_for
from sqlalchemy import ColumnElement, and_, select

from blog.comments.models import Comment, CommentSignal, Status
from blog.moderation.decisions import TRANSITIONS
from blog.moderation.forms import MAX_ID

SIGNAL_NAME = re.compile(r"[a-z_]{1,40}")


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
    """The comments of one status, and only those of ``narrowing`` if it is given."""

    status: Status = Status.PENDING
    narrowing: Narrowing | None = None
    value: int | str = 0
    """The value of ``narrowing``; 0 without one."""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> Self:
        """The filter in the arguments of a URL.

        :raises UnknownFilter: the filter is not valid.
        """
        status = arguments.get("status", Status.PENDING)
        if status not in TRANSITIONS:
            raise UnknownFilter(status)
        for narrowing in Narrowing:
            if narrowing in arguments:
                return cls(Status(status), narrowing, _value(narrowing, arguments[narrowing]))
        return cls(Status(status))

    @classmethod
    def from_address(cls, address: str) -> Self:
        """The filter in a URL of the queue."""
        return cls.from_arguments(dict(parse_qsl(urlsplit(address).query)))

    @property
    def arguments(self) -> dict[str, str]:
        """The URL arguments, as in ``url_for("moderation.queue", **filter.arguments)``."""
        narrowing = {} if self.narrowing is None else {self.narrowing.value: str(self.value)}
        return {"status": self.status.value} | narrowing

    def with_status(self, status: str) -> "QueueFilter":
        """The same filter for another status."""
        return replace(self, status=Status(status))

    @property
    def address(self) -> str:
        """The URL of the first page."""
        arguments: dict[str, Any] = {**self.arguments}
        return url_for("moderation.queue", **arguments)

    @property
    def is_oldest_first(self) -> bool:
        """Whether the oldest comment comes first: the longest waiting one is decided first."""
        return self.status is Status.PENDING

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions for ``where()``."""
        is_of_status = Comment.status == self.status
        return (is_of_status,) if self.narrowing is None else (is_of_status, self._is_narrowed)

    @property
    def _is_narrowed(self) -> ColumnElement[bool]:
        if self.narrowing is Narrowing.ARTICLE:
            return Comment.article_id == self.value
        if self.narrowing is Narrowing.CHECK:
            return Comment.id.in_(select(CommentSignal.comment_id).where(CommentSignal.name == self.value))
        column, is_kept = (
            (Comment.email_key, Comment.HAS_EMAIL)
            if self.narrowing is Narrowing.ADDRESS
            else (Comment.network, Comment.HAS_NETWORK)
        )
        return and_(column == select(column).where(Comment.id == self.value).scalar_subquery(), is_kept)


def _value(narrowing: Narrowing, text: str) -> int | str:
    if narrowing is Narrowing.CHECK and SIGNAL_NAME.fullmatch(text):
        return text
    if narrowing is not Narrowing.CHECK and text.isascii() and text.isdecimal() and 0 < int(text[:12]) <= MAX_ID:
        return int(text[:12])
    raise UnknownFilter(text)
