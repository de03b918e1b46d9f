"""Which comments a page of the queue shows: a value that stands in the page's address, and makes the query."""

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
    """The address asks for comments that no page shows."""


class Narrowing(StrEnum):
    """What else the comments of a status have in common; it stands in the address with its value."""

    ARTICLE = "article"
    """The value is the article's id."""
    ADDRESS = "address"
    """Sent with the same mail address as the comment whose id is the value: no mail address stands in a URL."""
    NETWORK = "network"
    """Sent from the same network as the comment whose id is the value."""
    CHECK = "check"
    """The value is the name of a check that spoke of them."""


@dataclass(frozen=True)
class QueueFilter:
    """The comments that a moderator looks at: those of one status, and of these only some if ``narrowing`` is given."""

    status: Status = Status.PENDING
    narrowing: Narrowing | None = None
    value: int | str = 0
    """What ``narrowing`` says of it; 0 without one."""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> Self:
        """The filter in the arguments of an address.

        :raises UnknownFilter: there is no such filter.
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
        """The filter in an address of the queue."""
        return cls.from_arguments(dict(parse_qsl(urlsplit(address).query)))

    @property
    def arguments(self) -> dict[str, str]:
        """What stands in the address: ``url_for("moderation.queue", **filter.arguments)``."""
        narrowing = {} if self.narrowing is None else {self.narrowing.value: str(self.value)}
        return {"status": self.status.value} | narrowing

    def with_status(self, status: str) -> "QueueFilter":
        """The comments of another status that have the same in common."""
        return replace(self, status=Status(status))

    @property
    def address(self) -> str:
        """The first page of these comments."""
        arguments: dict[str, Any] = {**self.arguments}
        return url_for("moderation.queue", **arguments)

    @property
    def is_oldest_first(self) -> bool:
        """Whether the oldest comment comes first: what waits longest is decided first."""
        return self.status is Status.PENDING

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """For ``where()``: each comment that is shown meets them all."""
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
