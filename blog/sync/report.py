"""The report of a sync, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from blog.fetch import Usage
from blog.sync.upsert import Outcome


def counted(count: int, noun: str) -> str:
    """``1 draft``, ``2 drafts``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing to tell of a document: the name its source knows it by, the reason, and the line if that is known."""

    name: str
    reason: str
    line: int | None = None
    title: str = ""

    def __str__(self) -> str:
        place = f"{self.name}:{self.line}" if self.line else self.name
        place += f" “{self.title}”" if self.title else ""
        # A file's name may hold anything; it must not steer the terminal on which it is shown.
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in f"{place}: {self.reason}")


@dataclass
class SyncReport:
    """What became of the documents of ``source``.

    Those that went in are counted. Those whose author or operator should know something are listed one by one;
    ``notes`` are of documents that went in nevertheless.
    """

    source: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: list[ReportLine] = field(default_factory=list)
    rejected: list[ReportLine] = field(default_factory=list)
    newly_rejected: list[ReportLine] = field(default_factory=list)
    """Those of ``rejected`` of which an earlier sync did not say the same."""
    refusal: str = ""
    """Why withdrawals were refused, where the sync before did not say the same."""
    drafts: list[ReportLine] = field(default_factory=list)
    notes: list[ReportLine] = field(default_factory=list)
    usage: Usage | None = None
    """What asking another server cost; ``None`` where none was asked."""

    def count(self, outcome: Outcome, name: str) -> None:
        """Count what became of the document ``name``."""
        match outcome:
            case Outcome.CREATED:
                self.created += 1
            case Outcome.UPDATED:
                self.updated += 1
            case Outcome.UNCHANGED:
                self.unchanged += 1
            case Outcome.DRAFT | Outcome.WITHDRAWN:
                self.drafts.append(ReportLine(name, "is a draft"))
        if outcome is Outcome.WITHDRAWN:
            self.withdrawn.append(ReportLine(name, "is a draft now"))

    @property
    def is_news(self) -> bool:
        """Whether anything came, changed, went, or was refused for the first time."""
        return bool(self.created or self.updated or self.withdrawn or self.newly_rejected or self.refusal)

    def lines(self, *, only_news: bool = False) -> Iterator[str]:
        """The report for people: the sums, then what needs attention; without what is known where ``only_news``."""
        sums = {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "withdrawn": len(self.withdrawn),
            "rejected": len(self.rejected),
            "draft" if len(self.drafts) == 1 else "drafts": len(self.drafts),
        }
        counts = ", ".join(f"{n} {what}" for what, n in sums.items() if n) or "nothing there"
        yield f"{self.source}: {counts}" + (f" ({self.usage})" if self.usage else "")
        if self.refusal:
            yield self.refusal
        rejected = self.newly_rejected if only_news else self.rejected
        for word, entries in (("rejected", rejected), ("withdrawn", self.withdrawn), ("note", self.notes)):
            yield from (f"{word}: {entry}" for entry in entries)
