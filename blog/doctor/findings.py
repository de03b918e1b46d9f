"""What a check of ``blog doctor`` finds: how it is, and how to fix it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and how to fix it."""

    level: Level
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.level:8} {self.subject}: {self.what}"


Check = Callable[[], Iterator[Finding]]


def good(subject: str, what: str) -> Finding:
    """All is well with ``subject``."""
    return Finding(Level.GOOD, subject, what)


def warning(subject: str, what: str) -> Finding:
    """The blog works, but not quite as the operator means it to."""
    return Finding(Level.WARNING, subject, what)


def failed(subject: str, what: str) -> Finding:
    """Something does not work."""
    return Finding(Level.FAILED, subject, what)
