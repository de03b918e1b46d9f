"""The kinds of mail that the application sends. Each feature registers its own; the sender knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from blog.mail.models import OutboxMail


@dataclass(frozen=True)
class Letter:
    """What a mail says. ``subject`` and ``paragraphs`` are plain text."""

    subject: str
    paragraphs: Sequence[str]
    unsubscribe_url: str = ""
    """Ends these mails with one POST (RFC 8058)."""
    headers: Mapping[str, str] = field(default_factory=dict)


class NotTrueAnyMore(Exception):
    """The mail must not be sent. The text says why, for the operator."""


@dataclass(frozen=True)
class MailKind:
    """How a kind of mail is checked and composed, right before it is sent."""

    name: str
    check: Callable[[OutboxMail], None]
    """Raises :class:`NotTrueAnyMore` for a mail that must not be sent."""
    compose: Callable[[Sequence[OutboxMail]], Letter]
    """The letter for mails that passed the check: exactly one, unless ``is_digest``."""
    is_digest: bool = False
    """Mails to the same address that are due together become one letter."""


def register(app: Flask, *kinds: MailKind) -> None:
    """Let ``app`` send these kinds of mail."""
    app.extensions.setdefault("mail_kinds", {}).update({kind.name: kind for kind in kinds})


def kind_named(name: str) -> MailKind | None:
    """The kind of that name; ``None`` where this program has none, as after a downgrade."""
    kinds = cast("dict[str, MailKind]", current_app.extensions.get("mail_kinds", {}))
    return kinds.get(name)
