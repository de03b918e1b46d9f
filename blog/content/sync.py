"""Sync: make the blog's articles what its source says, and report what changed.

It is safe to repeat and safe to kill: each small batch is one transaction, and nothing is remembered outside the rows.
Files are read and rendered before a transaction begins, since SQLite has one writer at a time.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from blog.content.batches import batches
from blog.content.document import InvalidDocument
from blog.content.models import Article
from blog.content.prepare import Prepared, prepare, stored_revision
from blog.content.report import Entry, SyncReport
from blog.content.rows import Batch, Fate, Outcome
from blog.content.sources import Listed, Source
from blog.content.withdrawals import Guard, WithdrawalsRefused
from blog.database import write_transaction
from blog.errors import OperatorError
from blog.extensions import db

__all__ = ["WithdrawalsRefused", "sync"]

log = logging.getLogger(__name__)


def sync(
    source: Source,
    *,
    full: bool = False,
    confirm_withdrawals: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> SyncReport:
    """Bring in what ``source`` has; withdraw what it no longer has.

    A document that is unchanged since the last sync is not read again, unless ``full``. ``on_progress`` is told how
    many documents have been listed so far.

    :raises SourceUnavailable: the source could not be listed to its end; what was listed went in, nothing is withdrawn.
    :raises WithdrawalsRefused: more than a fifth of the articles, and at least five, would be withdrawn, and
        ``confirm_withdrawals`` is not set; all else is done.
    :raises InstanceUnwritable: an image cannot be kept.
    """
    return _Sync(source, full=full, on_progress=on_progress).run(confirm_withdrawals=confirm_withdrawals)


class _Deferred(NamedTuple):
    """A document whose slug another article has; only the whole listing tells whether that one is still there."""

    listed: Listed
    first_id: int
    is_known: bool


class _Known(NamedTuple):
    """What is known of an article before its document is read."""

    id: int
    revision: str
    is_live: bool


class _Sync:
    def __init__(self, source: Source, *, full: bool, on_progress: Callable[[int], None] | None) -> None:
        self._source = source
        self._full = full
        self._on_progress = on_progress or (lambda _count: None)
        self._report = SyncReport(source.name)
        self._seen: set[int] = set()
        """The articles that the source still has, by id."""
        self._deferred: list[_Deferred] = []
        self._count = 0

    def run(self, *, confirm_withdrawals: bool) -> SyncReport:
        guard = Guard.before(self._source.name)
        for batch in batches(self._source.listing()):
            self._take(batch)
        moved = {deferred.first_id for deferred in self._deferred if not deferred.is_known} - self._seen
        self._seen |= moved
        refusal = guard.withdraw_all_but(self._seen, self._report, is_confirmed=confirm_withdrawals)
        for deferred in batches(self._deferred):
            self._bring_in([listed for listed, *_ in deferred], adoptable=moved, is_final=True)
        if refusal is not None:
            raise refusal
        return self._report

    def _take(self, batch: Sequence[Listed]) -> None:
        """Bring in what of ``batch`` is new or changed."""
        known = self._known(batch)
        self._seen.update(article.id for article in known.values())
        wanted = []
        for listed in batch:
            self._count += 1
            self._on_progress(self._count)
            article = known.get(listed.source_id)
            if not self._full and article and article.is_live and article.revision == stored_revision(listed):
                self._report.unchanged += 1
            else:
                wanted.append(listed)
        self._bring_in(wanted)

    def _known(self, batch: Sequence[Listed]) -> dict[str, "_Known"]:
        query = select(Article.source_id, Article.id, Article.revision, Article.withdrawn_at.is_(None)).where(
            Article.source == self._source.name, Article.source_id.in_([listed.source_id for listed in batch])
        )
        found = {row[0]: _Known(*row[1:]) for row in db.session.execute(query)}
        db.session.commit()
        return found

    def _bring_in(self, batch: Iterable[Listed], *, adoptable: set[int] | None = None, is_final: bool = False) -> None:
        adoptable = set() if adoptable is None else adoptable
        prepared = [ready for ready in map(self._prepare, batch) if ready is not None]
        for outcome in self._store(prepared, adoptable):
            if outcome.article is not None and outcome.fate is not Fate.CONFLICT:
                self._seen.add(outcome.article.id)
                adoptable.discard(outcome.article.id)
            self._tell(outcome, is_final=is_final)
        db.session.expunge_all()

    def _prepare(self, listed: Listed) -> Prepared | None:
        try:
            return prepare(listed, self._source)
        except InvalidDocument as error:
            self._reject(listed, str(error), error.line)
        except OperatorError:
            raise
        except Exception as error:
            # One document may not keep the others out, whatever is wrong with it or with what reads it.
            log.exception("The document %s of %s could not be read", listed.source_id, self._source.name)
            self._reject(listed, f"it could not be read ({type(error).__name__}); the log says more")
        return None

    def _store(self, prepared: Sequence[Prepared], adoptable: Collection[int]) -> list[Outcome]:
        """Write a batch. One that the database refuses is tried again document by document."""
        if not prepared:
            return []
        try:
            with write_transaction(db.session()) as session:
                return Batch(session, self._source.name, prepared, adoptable).apply()
        except (DataError, IntegrityError) as error:
            if len(prepared) == 1:
                self._reject(prepared[0].listed, f"the database refused it ({error.orig})")
                return []
            return [outcome for one in prepared for outcome in self._store([one], adoptable)]

    def _tell(self, outcome: Outcome, *, is_final: bool) -> None:
        """Put what became of a document into the report, or put it off until the listing is complete."""
        listed, first = outcome.prepared.listed, outcome.article
        if outcome.fate is Fate.CONFLICT and first is not None:
            if is_final:
                why = f"slug: “{first.slug}” is already that of {first.source_id}"
                self._reject(listed, why, listed.find_line("slug:"))
            else:
                self._deferred.append(_Deferred(listed, first.id, outcome.is_known))
            return
        self._report.count(outcome.fate, listed.source_id)
        for note in outcome.prepared.notes:
            self._report.notes.append(Entry(listed.source_id, note.what, note.line))
        for url, why in outcome.refused.items():
            self._report.notes.append(Entry(listed.source_id, f"redirect_from: {why}", listed.find_line(url)))

    def _reject(self, listed: Listed, why: str, line: int | None = None) -> None:
        self._report.rejected.append(Entry(listed.source_id, " ".join(why.split()), line))
