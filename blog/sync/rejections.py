"""Stores the rejected documents of a source, so that each is reported only once and all can be listed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db
from blog.sync.batches import batches
from blog.sync.report import ReportLine


class Rejection(Model):
    """A document that the last sync that read it rejected."""

    __tablename__ = "rejection"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(300))
    source_id: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(300))
    """Empty if unknown."""
    reason: Mapped[str] = mapped_column(Text)
    line: Mapped[int | None]
    rejected_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("source", "source_id", name="uq_rejection_source_source_id"),)

    def as_report_line(self) -> ReportLine:
        """The rejection as a line of a report."""
        return ReportLine(self.source_id, self.reason, self.line, self.title)


def update_rejections(source: str, accepted: Collection[str], rejected: Sequence[ReportLine]) -> list[ReportLine]:
    """Store the documents of ``source`` that were ``rejected``, forget those ``accepted``; return the new ones."""
    names = {*accepted, *(entry.name for entry in rejected)}
    # Read first without the write lock: usually the same documents are rejected each time, and nothing is written.
    stored = {row.source_id: row for row in _stored(source, names)}
    db.session.commit()
    fresh = [entry for entry in rejected if entry.name not in stored or stored[entry.name].as_report_line() != entry]
    resolved = stored.keys() - {entry.name for entry in rejected}
    if fresh or resolved:
        gone = resolved | {entry.name for entry in fresh}
        with write_transaction(db.session()) as session:
            session.execute(delete(Rejection).where(Rejection.source == source, Rejection.source_id.in_(gone)))
            session.add_all(_row(source, entry) for entry in fresh)
    return fresh


def forget_rejections_but(source: str, seen: Collection[str]) -> None:
    """After a full listing of ``source``: delete rejections that it no longer has, and those of other sources."""
    # Compared here and not with NOT IN, because a database accepts only so many values in one statement.
    rows = db.session.execute(select(Rejection.id, Rejection.source, Rejection.source_id)).all()
    gone = [id_ for id_, its_source, source_id in rows if its_source != source or source_id not in seen]
    db.session.commit()
    for ids in batches(gone):
        with write_transaction(db.session()) as session:
            session.execute(delete(Rejection).where(Rejection.id.in_(ids)))


def rejected_ids(source: str) -> set[str]:
    """The source ids of the documents that are rejected."""
    found = set(db.session.scalars(select(Rejection.source_id).where(Rejection.source == source)))
    db.session.commit()
    return found


def rejections(source: str, limit: int) -> tuple[int, list[ReportLine]]:
    """How many documents of ``source`` are rejected, and the first of them."""
    own = Rejection.source == source
    count = db.session.scalar(select(func.count()).select_from(Rejection).where(own)) or 0
    rows = db.session.scalars(select(Rejection).where(own).order_by(Rejection.id).limit(limit))
    return count, [row.as_report_line() for row in rows]


def _stored(source: str, names: Collection[str]) -> Sequence[Rejection]:
    query = select(Rejection).where(Rejection.source == source, Rejection.source_id.in_(names))
    return db.session.scalars(query).all()


def _row(source: str, entry: ReportLine) -> Rejection:
    return Rejection(
        source=source,
        source_id=entry.name,
        title=entry.title,
        reason=entry.reason,
        line=entry.line,
        rejected_at=utc_now(),
    )
