"""What a check is, what it looks at, and what it may find."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from blog.comments.signals.history import History
from blog.comments.signals.text import Text
from blog.content.models import Article

SPAM = 100
"""A signal of this weight makes a comment spam by itself."""
HOLD = 40
"""Signals that weigh this much together hold a comment for a moderator under every policy."""

Details = Mapping[str, Any]
"""What a signal's sentence is made of, as JSON can hold it."""


class HistoryUnavailable(Exception):
    """What came before could not be read."""


@dataclass(frozen=True)
class Signal:
    """One check's finding on a comment. ``details`` is what its sentence needs, in no language."""

    name: str
    weight: int
    details: Details


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A comment as the checks see it: what was sent, who sent it, and what came before."""

    article: Article
    name: str
    email: str
    website: str
    network: str
    text: Text
    honeypot: bool
    earlier: History | None
    """``None`` when the database could not be asked."""

    @property
    def history(self) -> History:
        """What came before, for the checks that need it.

        :raises HistoryUnavailable: it could not be read, so such a check has failed.
        """
        if self.earlier is None:
            raise HistoryUnavailable
        return self.earlier


Finding = tuple[int, Details]
"""The weight of a signal, and its details."""


@dataclass(frozen=True)
class Check:
    """A named check: what it finds in a comment, and the sentence for it in the language of whoever reads it."""

    name: str
    find: Callable[[Subject], Finding | None]
    sentence: Callable[[Details], str]
    is_of_text: bool = True
    """Whether an edited text is checked anew; the finding on the first text stays otherwise."""
