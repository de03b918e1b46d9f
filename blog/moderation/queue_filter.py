"""Which comments a page of the queue shows: a value that stands in the page's address, and makes the query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from flask import url_for
from sqlalchemy import ColumnElement

from blog.comments.models import Comment, Status
from blog.moderation.decisions import TRANSITIONS


class UnknownFilter(ValueError):
    """The address asks for comments that no page shows."""


@dataclass(frozen=True)
class QueueFilter:
    """The comments that a moderator looks at."""

    status: Status = Status.PENDING

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> Self:
        """The filter in the arguments of an address.

        :raises UnknownFilter: there is no such filter.
        """
        status = arguments.get("status", Status.PENDING)
        if status not in TRANSITIONS:
            raise UnknownFilter(status)
        return cls(Status(status))

    @classmethod
    def from_address(cls, address: str) -> Self:
        """The filter in an address of the queue."""
        return cls.from_arguments(dict(parse_qsl(urlsplit(address).query)))

    @property
    def arguments(self) -> dict[str, str]:
        """What stands in the address: ``url_for("moderation.queue", **filter.arguments)``."""
        return {"status": self.status.value}

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
        return (Comment.status == self.status,)
