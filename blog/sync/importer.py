"""Imports a source's listing into rows, one batch at a time.

Reading, downloading and rendering happen before a transaction begins, because SQLite allows one writer at a time.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from blog.content.drafts import Draft
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.sources.base import RemoteSource, Source, SourceItem
from blog.sync.batches import batches
from blog.sync.image_fetcher import ImageFetcher
from blog.sync.parallel_preparer import ParallelPreparer, Wanted
from blog.sync.prepare import Prepared, Rejected, prepare_or_reject, stored_revision
from blog.sync.rejection_recorder import RejectionRecorder
from blog.sync.report import ReportLine, SyncReport
from blog.sync.state import move_cursor
from blog.sync.upsert import Outcome, Result, Upsert


class _Deferred(NamedTuple):
    """A document whose slug another article has. The end of the listing shows whether that article still exists."""

    listed: SourceItem
    first_id: int
    is_known: bool


class _Known(NamedTuple):
    """The stored state of a document: its revision, and whether it is an article or a draft."""

    revision: str
    article_id: int | None = None


class Importer:
    """Imports the items that ``source`` lists. ``reread`` reads unchanged documents too, ``refetch`` their images."""

    def __init__(
        self,
        source: Source,
        report: SyncReport,
        *,
        reread: bool,
        refetch: bool = False,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        self.seen: set[int] = set()
        """Ids of the articles that the source still has."""
        self.seen_drafts: set[str] = set()
        """Source ids of the drafts that the source still has."""
        self._source = source
        self._report = report
        self._reread = reread
        self._fetcher = ImageFetcher(source, refetch=refetch) if isinstance(source, RemoteSource) else None
        self._on_progress = on_progress or (lambda _count: None)
        self._deferred: list[_Deferred] = []
        self._rejections = RejectionRecorder(source.name, report)
        self._count = 0

    def import_listing(self, listing: Iterable[SourceItem], *, is_whole: bool) -> None:
        """Import the new and changed items of ``listing``.

        If another article has a document's slug, the document waits for :meth:`import_deferred` when the listing
        ``is_whole``; otherwise it is rejected.
        """
        with ParallelPreparer(self._source, self._fetcher, self._advance) as preparer:
            for wanted, made in preparer.prepare_all(map(self._wanted, batches(listing))):
                self._import(made, is_final=not is_whole, cursor=wanted.cursor)
                self._advance(wanted.listed - len(wanted.documents))

    def moved(self) -> set[int]:
        """After a full listing: ids of articles whose documents are gone and whose slugs new documents have."""
        return {deferred.first_id for deferred in self._deferred if not deferred.is_known} - self.seen

    def import_deferred(self, adoptable: set[int]) -> None:
        """Import the deferred documents. One with the slug of an article in ``adoptable`` takes over that article."""
        for deferred in batches(self._deferred):
            made = prepare_or_reject((listed for listed, *_ in deferred), self._source, self._fetcher)
            self._import(made, adoptable=adoptable, is_final=True)

    def forget_rejections(self) -> None:
        """After a full listing: delete the rejections of documents that it did not reject."""
        self._rejections.forget_others()

    def _advance(self, count: int) -> None:
        """Report that ``count`` more documents have been read, or were known."""
        if count:
            self._count += count
            self._on_progress(self._count)

    def _wanted(self, batch: Sequence[SourceItem]) -> Wanted:
        """The items of ``batch`` that are new or may have changed."""
        known = self._known(batch)
        wanted = []
        for listed in batch:
            document = known.get(listed.source_id)
            if document is None or self._reread or document.revision != stored_revision(listed):
                wanted.append(listed)
            elif document.article_id is not None:
                self._report.unchanged += 1
            else:
                self.seen_drafts.add(listed.source_id)
                self._report.count(Outcome.DRAFT, listed.source_id)
        return Wanted(wanted, batch[-1].cursor, len(batch))

    def _known(self, batch: Sequence[SourceItem]) -> dict[str, _Known]:
        """The stored articles and drafts by source id, without withdrawn articles."""
        ids, name = [listed.source_id for listed in batch], self._source.name
        drafts = select(Draft.source_id, Draft.revision).where(Draft.source == name, Draft.source_id.in_(ids))
        found = {source_id: _Known(revision) for source_id, revision in db.session.execute(drafts)}
        articles = select(Article.source_id, Article.revision, Article.id, Article.withdrawn_at.is_(None)).where(
            Article.source == name, Article.source_id.in_(ids)
        )
        for source_id, revision, article_id, is_live in db.session.execute(articles):
            # Seen already here: if the document is rejected later, its article stays public as it is.
            self.seen.add(article_id)
            if is_live:
                found[source_id] = _Known(revision, article_id)
        db.session.commit()
        return found

    def _import(
        self,
        made: Iterable[Prepared | Rejected],
        *,
        adoptable: set[int] | None = None,
        is_final: bool,
        cursor: str = "",
    ) -> None:
        adoptable = set() if adoptable is None else adoptable
        prepared = []
        for one in made:
            if isinstance(one, Rejected):
                self._rejections.reject(*one)
            else:
                prepared.append(one)
        accepted = []
        for result in self._store(prepared, adoptable, cursor):
            self._mark_seen(result, adoptable)
            self._report_result(result, is_final=is_final)
            if result.outcome is not Outcome.CONFLICT:
                accepted.append(result.prepared.listed.source_id)
        self._rejections.store_batch(accepted)
        db.session.expunge_all()

    def _store(self, prepared: Sequence[Prepared], adoptable: Collection[int], cursor: str = "") -> list[Result]:
        """Write a batch and its cursor. If the database refuses it, write its documents one by one, then the cursor."""
        if not prepared and not cursor:
            return []
        try:
            # One transaction, so that after a kill the cursor is never ahead of the stored rows.
            with write_transaction(db.session()) as session:
                if cursor:
                    move_cursor(session, self._source.name, cursor)
                return Upsert(session, self._source.name, prepared, adoptable).apply() if prepared else []
        except (DataError, IntegrityError) as error:
            if len(prepared) == 1:
                why = f"the database refused it ({error.orig})"
                self._rejections.reject(prepared[0].listed, why, title=prepared[0].document.title)
                results = []
            else:
                results = [result for one in prepared for result in self._store([one], adoptable)]
            # A refused document is like any rejected one: only a full listing reads it again, and not each poll.
            if prepared:
                self._store([], adoptable, cursor)
            return results

    def _mark_seen(self, result: Result, adoptable: set[int]) -> None:
        """Note that the source still has this document."""
        if result.outcome in {Outcome.DRAFT, Outcome.WITHDRAWN}:
            self.seen_drafts.add(result.prepared.listed.source_id)
        if result.article is not None and result.outcome is not Outcome.CONFLICT:
            self.seen.add(result.article.id)
            # One article can be taken over only once, also by a document of a later batch.
            adoptable.discard(result.article.id)

    def _report_result(self, result: Result, *, is_final: bool) -> None:
        """Report the result for a document, or defer it until the listing is complete."""
        listed, first = result.prepared.listed, result.article
        if result.outcome is Outcome.CONFLICT and first is not None:
            if is_final:
                why = f"slug: “{first.slug}” is already used by {first.source_id}"
                self._rejections.reject(listed, why, listed.find_line("slug:"), result.prepared.document.title)
            else:
                self._deferred.append(_Deferred(listed, first.id, result.is_known))
            return
        self._report.count(result.outcome, listed.source_id)
        for note in result.prepared.notes:
            self._report.notes.append(ReportLine(listed.source_id, note.what, note.line))
        for url, why in result.refused.items():
            self._report.notes.append(ReportLine(listed.source_id, f"redirect_from: {why}", listed.find_line(url)))
