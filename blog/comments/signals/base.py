"""The types of checks: what they look at, and what they can find."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from blog.comments.challenges import Proof
from blog.comments.signals.history import History
from blog.comments.signals.rule_matching import FoundRule
from blog.comments.signals.text import Text
from blog.comments.signals.tokens import Counts
from blog.content.models import Article

SPAM = 100
"""A signal of this weight makes a comment spam by itself."""
HOLD = 40
"""Signals that weigh this much together hold a comment for a moderator under every policy."""

Details = Mapping[str, Any]
"""The values for a signal's sentence, as JSON can store them."""


class NotRead(Exception):
    """Data that a check needs could not be read from the database."""


@dataclass(frozen=True)
class Signal:
    """One check's finding on a comment. ``details`` has the values for its sentence in any language."""

    name: str
    weight: int
    details: Details


@dataclass(frozen=True)
class Findings:
    """What the checks found on a comment, and the traces by which later checks will find it."""

    signals: list[Signal]
    traces: set[int]


@dataclass(frozen=True)
class Known:
    """What the database knows that concerns a new comment."""

    history: History
    """Earlier comments by the same sender or with the same text."""
    rules: list[FoundRule]
    """The moderators' rules that concern the comment."""
    token_counts: Mapping[str, Counts]
    """What was learned about the tokens of the comment."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A comment as the checks see it: its content, its sender, and earlier comments."""

    article: Article
    name: str
    email: str
    website: str
    network: str
    text: Text
    tokens: list[str]
    honeypot: bool
    read: Known | None
    """``None`` if the database did not answer."""
    proof: Proof | None = None
    """The solved challenge; ``None`` for a comment that needs none, such as an edited one."""

    @property
    def known(self) -> Known:
        """What the database knows that concerns the comment.

        :raises NotRead: it could not be read.
        """
        if self.read is None:
            raise NotRead
        return self.read


Finding = tuple[int, Details]
"""The weight of a signal, and its details."""


@dataclass(frozen=True)
class Check:
    """A named check: a function that looks at a comment, and one that returns the sentence in the reader's language."""

    name: str
    find: Callable[[Subject], Finding | None]
    sentence: Callable[[Details], str]
    is_of_text: bool = True
    """Whether an edit, after which every check runs again, replaces what the check found before. Otherwise an earlier
    finding stays if the check finds nothing this time.
    """
