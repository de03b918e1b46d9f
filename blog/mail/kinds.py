"""The kinds of mail that the application sends. Each feature registers its own; the sender knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from blog.mail.models import OutboxMail


@dataclass(frozen=True)
class Letter:
    """The text of a mail. ``subject`` and ``paragraphs`` are plain text."""

    subject: str
    paragraphs: Sequence[str]
    unsubscribe_url: str = ""
    """A POST to it ends these mails (RFC 8058)."""
    headers: Mapping[str, str] = field(default_factory=dict)


class MailDropped(Exception):
    """The mail must not be sent. The message tells the operator why."""


@dataclass(frozen=True)
class MailKind:
    """A kind of mail: how it is checked and composed right before it is sent."""

    name: str
    check: Callable[[OutboxMail], None]
    """Raises :class:`MailDropped` for a mail that must not be sent."""
    compose: Callable[[Sequence[OutboxMail]], Letter]
    """Returns the letter for mails that passed the check: exactly one mail, unless ``is_digest``."""
    is_digest: bool = False
    """Mails to the same address that are due at the same time become one letter."""


def register(app: Flask, *kinds: MailKind) -> None:
    """Let ``app`` send these kinds of mail."""
    app.extensions.setdefault("mail_kinds", {}).update({kind.name: kind for kind in kinds})


def kind_named(name: str) -> MailKind | None:
    """The kind of that name; ``None`` if this version of the blog does not have it, as after a downgrade."""
    return _kinds().get(name)


def digest_names() -> list[str]:
    """The names of the kinds that become digests."""
    return [kind.name for kind in _kinds().values() if kind.is_digest]


def _kinds() -> Mapping[str, MailKind]:
    return cast("Mapping[str, MailKind]", current_app.extensions.get("mail_kinds", {}))
