"""The findings of the checks of ``blog doctor``: the state, and how to fix it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity of a finding."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """The result of one check: the state, and how to fix it."""

    level: Level
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.level:8} {self.subject}: {self.what}"


Check = Callable[[], Iterator[Finding]]


def good(subject: str, what: str) -> Finding:
    """Make a finding that ``subject`` is fine."""
    return Finding(Level.GOOD, subject, what)


def warning(subject: str, what: str) -> Finding:
    """Make a finding that the blog works, but not as the operator expects."""
    return Finding(Level.WARNING, subject, what)


def failed(subject: str, what: str) -> Finding:
    """Make a finding that something does not work."""
    return Finding(Level.FAILED, subject, what)
