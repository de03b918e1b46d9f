"""What a check is, what it looks at, and what it may find."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from blog.comments.signals.history import History
from blog.comments.signals.models import CommentRule
from blog.comments.signals.text import Text
from blog.comments.signals.tokens import Counts
from blog.content.models import Article

SPAM = 100
"""A signal of this weight makes a comment spam by itself."""
HOLD = 40
"""Signals that weigh this much together hold a comment for a moderator under every policy."""

Details = Mapping[str, Any]
"""What a signal's sentence is made of, as JSON can hold it."""


class NotRead(Exception):
    """What a check needs could not be read from the database."""


@dataclass(frozen=True)
class Signal:
    """One check's finding on a comment. ``details`` is what its sentence needs, in no language."""

    name: str
    weight: int
    details: Details


@dataclass(frozen=True)
class Known:
    """What the database has to say about a comment that comes in."""

    history: History
    rules: list[CommentRule]
    token_counts: Mapping[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A comment as the checks see it: what was sent, who sent it, and what came before."""

    article: Article
    name: str
    email: str
    website: str
    network: str
    text: Text
    tokens: list[str]
    honeypot: bool
    known: Known | None
    """``None`` when the database could not be asked."""

    @property
    def history(self) -> History:
        """What came before.

        :raises NotRead: the check that needs it has failed.
        """
        return self._known().history

    @property
    def rules(self) -> list[CommentRule]:
        """The moderators' rules that concern the comment.

        :raises NotRead: the check that needs them has failed.
        """
        return self._known().rules

    @property
    def token_counts(self) -> Mapping[str, Counts]:
        """What was learned about the tokens of the comment.

        :raises NotRead: the check that needs it has failed.
        """
        return self._known().token_counts

    def _known(self) -> Known:
        if self.known is None:
            raise NotRead
        return self.known


Finding = tuple[int, Details]
"""The weight of a signal, and its details."""


@dataclass(frozen=True)
class Check:
    """A named check: what it finds in a comment, and the sentence for it in the reader's language."""

    name: str
    find: Callable[[Subject], Finding | None]
    sentence: Callable[[Details], str]
    is_of_text: bool = True
    """Whether an edited text is checked anew; the finding on the first text stays otherwise."""
