"""Records the documents that a sync rejects, in its report and in the database."""

from collections.abc import Collection

from blog.content.source_labels import UNSTORABLE
from blog.sources.base import SourceItem
from blog.sync.crashing_documents import forget_marks_but
from blog.sync.rejections import forget_rejections_but, rejected_ids, update_rejections
from blog.sync.report import ReportLine, SyncReport

MAX_NAME, MAX_TITLE = 500, 200
"""Maximum length of a rejected document's source id and title."""


class RejectionRecorder:
    """Records the rejected documents of ``source`` during one sync."""

    def __init__(self, source: str, report: SyncReport) -> None:
        self._source = source
        self._report = report
        self._batch: list[ReportLine] = []
        """The rejected documents of the current batch."""
        self._stored = rejected_ids(source)
        self._names: set[str] = set()
        self._source_ids: set[str] = set()
        """The original source ids, which may contain characters that a database cannot store."""

    def reject(self, listed: SourceItem, why: str, line: int | None = None, title: str = "") -> None:
        """Report a document as rejected; :meth:`store_batch` stores it."""
        self._source_ids.add(listed.source_id)
        name, reason, title = map(_storable, (listed.source_id, " ".join(why.split()), title))
        entry = ReportLine(name[:MAX_NAME], reason, line, title[:MAX_TITLE])
        self._report.rejected.append(entry)
        self._batch.append(entry)

    def store_batch(self, accepted: Collection[str]) -> None:
        """Store the rejected documents of a batch; delete the rejections of those that it ``accepted``."""
        names = {entry.name for entry in self._batch}
        # Usually no document is rejected, or was before; then the stored rejections need no look.
        if names or not self._stored.isdisjoint(accepted):
            self._report.newly_rejected += update_rejections(self._source, accepted, self._batch)
        self._names |= names
        self._stored |= names
        self._batch.clear()

    def forget_others(self) -> None:
        """After a full listing: delete the rejections of documents that it did not reject."""
        forget_rejections_but(self._source, self._names)
        # Marks are files with the original ids, and not the shortened and cleaned names in the database.
        forget_marks_but(self._source, self._source_ids)


def _storable(text: str) -> str:
    """``text`` without characters that a database cannot store; they are often the reason for the rejection."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
