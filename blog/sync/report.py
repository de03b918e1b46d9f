"""What a sync did, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from blog.fetch import Usage
from blog.sync.upsert import Fate


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell of a document: the name its source knows it by, the reason, and the line if that is known."""

    name: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.name}:{self.line}" if self.line else self.name
        # A file's name may hold anything; it must not steer the terminal on which it is shown.
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in f"{place}: {self.reason}")


@dataclass
class SyncReport:
    """What became of the documents of ``source``.

    Those that went in are counted. Those whose author or operator should know something are told one by one;
    ``notes`` are of documents that went in nevertheless.
    """

    source: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: list[Entry] = field(default_factory=list)
    rejected: list[Entry] = field(default_factory=list)
    drafts: list[Entry] = field(default_factory=list)
    notes: list[Entry] = field(default_factory=list)
    usage: Usage | None = None
    """What asking another server cost; ``None`` where none was asked."""

    def count(self, fate: Fate, name: str) -> None:
        """Count what became of the document ``name``."""
        match fate:
            case Fate.CREATED:
                self.created += 1
            case Fate.UPDATED:
                self.updated += 1
            case Fate.UNCHANGED:
                self.unchanged += 1
            case Fate.DRAFT | Fate.WITHDRAWN:
                self.drafts.append(Entry(name, "is a draft"))
        if fate is Fate.WITHDRAWN:
            self.withdrawn.append(Entry(name, "is a draft now"))

    @property
    def is_news(self) -> bool:
        """Whether anything came, changed, went or was refused."""
        return bool(self.created or self.updated or self.withdrawn or self.rejected)

    def lines(self) -> Iterator[str]:
        """The report for people: the sums, and then what needs somebody's eye."""
        sums = {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "withdrawn": len(self.withdrawn),
            "rejected": len(self.rejected),
            "drafts": len(self.drafts),
        }
        told = ", ".join(f"{n} {what}" for what, n in sums.items() if n) or "nothing there"
        yield f"{self.source}: {told}" + (f" ({self.usage})" if self.usage else "")
        for word, entries in (("rejected", self.rejected), ("withdrawn", self.withdrawn), ("note", self.notes)):
            yield from (f"{word}: {entry}" for entry in entries)
