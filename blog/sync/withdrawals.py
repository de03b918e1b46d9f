"""Withdraws the articles that a source no longer has, unless there are suspiciously many."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, func, select

from blog.content.cache_keys import Change, Shown, purge_changes
from blog.content.drafts import Draft
from blog.content.models import Article
from blog.content.search_index import drop_index
from blog.database import utc_now, write_transaction
from blog.errors import OperatorError
from blog.extensions import db
from blog.sources.registry import DEMO_SOURCE
from blog.sync.article_links import link_articles
from blog.sync.batches import batches
from blog.sync.report import ReportLine, SyncReport
from blog.sync.state import source_state

MIN_GUARDED = 5
GUARDED_SHARE = 0.2
GUARDED_TIME = timedelta(hours=1)
"""Withdrawals within this time are added up, so that many small ones do not empty a blog either."""


class WithdrawalsRefused(OperatorError):
    """So many articles are missing in the source that this may be an error. ``report`` says what was done anyway."""

    def __init__(self, report: SyncReport, gone: int, live: int) -> None:
        super().__init__(
            f"{report.source} no longer has {gone} of the {live} articles, so none of them was withdrawn. "
            "To withdraw them, run: blog sync --confirm-withdrawals"
        )
        self.report = report


@dataclass(frozen=True)
class Guard:
    """Decides whether a sync of ``source`` may withdraw its missing articles.

    ``live`` articles were public before the sync; ``recent`` ones were withdrawn within ``GUARDED_TIME`` before it.
    Demo articles do not count if another source is configured, because they should disappear then.
    """

    source: str
    live: int
    recent: int

    @classmethod
    def before(cls, source: str) -> "Guard":
        """The guard for a sync that is about to begin."""
        return cls(source, len(_live_ids(*_without_demo(source))), _recently_withdrawn(source))

    def withdraw_all_but(self, seen: set[int], report: SyncReport, *, is_confirmed: bool) -> WithdrawalsRefused | None:
        """Withdraw the articles whose ids are not in ``seen``; return the refusal if there are too many."""
        # Of all sources: when a source replaces another one, the articles of the other one go too.
        gone = _live_ids() - seen
        guarded = gone & _live_ids(*_without_demo(self.source))
        refusal = None if is_confirmed else self._refusal(len(guarded), report)
        _withdraw_all(gone - guarded if refusal else gone, report)
        return refusal

    def withdraw_documents(self, source_ids: Iterable[str], report: SyncReport) -> WithdrawalsRefused | None:
        """Withdraw the articles of these documents and delete their drafts; return the refusal if they are too many."""
        removed_ids = list(source_ids)
        gone = article_ids(self.source, removed_ids)
        for names in batches(removed_ids):
            with write_transaction(db.session()) as session:
                session.execute(delete(Draft).where(Draft.source == self.source, Draft.source_id.in_(names)))
        refusal = self._refusal(len(gone), report)
        if refusal is None:
            _withdraw_all(gone, report)
        return refusal

    def _refusal(self, gone: int, report: SyncReport) -> WithdrawalsRefused | None:
        counted, before = gone + self.recent, self.live + self.recent
        if gone and counted >= MIN_GUARDED and counted > GUARDED_SHARE * before:
            return WithdrawalsRefused(report, counted, before)
        return None


def live_source_ids(source: str) -> set[str]:
    """Source ids of the documents of ``source`` that are articles now."""
    query = select(Article.source_id).where(Article.source == source, Article.withdrawn_at.is_(None))
    ids = set(db.session.scalars(query))
    db.session.commit()
    return ids


def article_ids(source: str, source_ids: Iterable[str]) -> set[int]:
    """Ids of the live articles of these documents."""
    ids: set[int] = set()
    for names in batches(source_ids):
        ids |= _live_ids(Article.source == source, Article.source_id.in_(names))
    return ids


def drop_drafts_but(source: str, seen: Collection[str]) -> None:
    """Delete the drafts that ``source`` no longer has, and all drafts of other sources."""
    # Compared here and not with NOT IN, because a database accepts only so many values in one statement.
    held = db.session.execute(select(Draft.id, Draft.source, Draft.source_id)).all()
    gone = [id_ for id_, its_source, source_id in held if its_source != source or source_id not in seen]
    for ids in batches(gone):
        with write_transaction(db.session()) as session:
            session.execute(delete(Draft).where(Draft.id.in_(ids)))


def _without_demo(source: str) -> list[ColumnElement[bool]]:
    return [] if source == DEMO_SOURCE else [Article.source != DEMO_SOURCE]


def _live_ids(*conditions: ColumnElement[bool]) -> set[int]:
    ids = set(db.session.scalars(select(Article.id).where(Article.withdrawn_at.is_(None), *conditions)))
    db.session.commit()
    return ids


def _recently_withdrawn(source: str) -> int:
    """How many articles of ``source`` were withdrawn recently, except those that became drafts or were confirmed."""
    since = utc_now() - GUARDED_TIME
    confirmed_at = source_state(source).confirmed_at
    # An author who turns an article into a draft means it, so this is no sign of a broken source.
    draft = exists().where(Draft.source == Article.source, Draft.source_id == Article.source_id)
    query = select(func.count()).where(
        Article.source == source,
        Article.withdrawn_at > (max(since, confirmed_at) if confirmed_at else since),
        ~draft,
    )
    count = db.session.scalar(query) or 0
    db.session.commit()
    return count


def _withdraw_all(article_ids: Iterable[int], report: SyncReport) -> None:
    for ids in batches(sorted(article_ids)):
        _withdraw(ids, report)


def _withdraw(ids: Sequence[int], report: SyncReport) -> None:
    query = select(Article).where(Article.id.in_(ids), Article.withdrawn_at.is_(None))
    with write_transaction(db.session()) as session:
        articles = session.scalars(query).all()
        changes = [Change(article, Shown.of(article)) for article in articles]
        for article in articles:
            article.withdrawn_at = utc_now()
        session.flush()
        link_articles(session, articles)
        purge_changes(session, changes, "withdrawn")
        drop_index(session.connection(), ids)
    for article in articles:
        report.withdrawn.append(
            ReportLine(article.source_id, f"is no longer public in {report.source}", title=article.title)
        )
    db.session.expunge_all()
