"""The report of a sync, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from blog.fetch.usage import Usage
from blog.sync.upsert import Outcome


def counted(count: int, noun: str) -> str:
    """``1 draft``, ``2 drafts``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One message about a document: its name in the source, the reason, and the line if known."""

    name: str
    reason: str
    line: int | None = None
    title: str = ""

    def __str__(self) -> str:
        place = f"{self.name}:{self.line}" if self.line else self.name
        place += f" “{self.title}”" if self.title else ""
        # A file name may contain control characters, which must not reach the operator's terminal.
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in f"{place}: {self.reason}")


@dataclass
class SyncReport:
    """The results of a sync of ``source``."""

    source: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: list[ReportLine] = field(default_factory=list)
    rejected: list[ReportLine] = field(default_factory=list)
    newly_rejected: list[ReportLine] = field(default_factory=list)
    """The part of ``rejected`` that earlier syncs did not already report with the same reason."""
    refusal: str = ""
    """Why withdrawals were refused, unless the previous sync reported the same."""
    drafts: list[ReportLine] = field(default_factory=list)
    notes: list[ReportLine] = field(default_factory=list)
    usage: Usage | None = None
    """Requests, bytes and seconds used on the CMS; ``None`` for a folder."""

    def count(self, outcome: Outcome, name: str) -> None:
        """Count ``outcome`` for the document ``name``."""
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
        """Whether anything was created, changed or withdrawn, or rejected for the first time."""
        return bool(self.created or self.updated or self.withdrawn or self.newly_rejected or self.refusal)

    def lines(self, *, only_news: bool = False) -> Iterator[str]:
        """The report for people: totals, then what needs attention; ``only_news`` skips what was reported before."""
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
