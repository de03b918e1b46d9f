"""Withdrawing the articles that a source no longer has, unless they are suspiciously many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from blog.content.cache_keys import Change, Shown, purge_changes
from blog.content.drafts import Draft
from blog.content.models import Article
from blog.content.search_index import index_articles
from blog.database import utc_now, write_transaction
from blog.errors import OperatorError
from blog.extensions import db
from blog.sources.registry import DEMO_SOURCE
from blog.sync.article_links import link_articles
from blog.sync.batches import batches
from blog.sync.report import Entry, SyncReport

MIN_GUARDED = 5
GUARDED_SHARE = 0.2


class WithdrawalsRefused(OperatorError):
    """So many articles are gone from the source that it looks like a fault. ``report`` tells what was done."""

    def __init__(self, report: SyncReport, gone: int, live: int) -> None:
        super().__init__(
            f"{report.source} no longer has {gone} of the {live} articles, so none of them was withdrawn. "
            "If they are to go, confirm it with: blog sync --confirm-withdrawals"
        )
        self.report = report


@dataclass(frozen=True)
class Guard:
    """How many articles there were before a sync of ``source``, against which its withdrawals are measured.

    The demo's articles do not count once the operator has a source: they are meant to go.
    """

    source: str
    live: int

    @classmethod
    def before(cls, source: str) -> "Guard":
        """The guard of a sync that is about to begin."""
        return cls(source, len(_live_ids(without_demo=source != DEMO_SOURCE)))

    def withdraw_all_but(self, seen: set[int], report: SyncReport, *, is_confirmed: bool) -> WithdrawalsRefused | None:
        """Withdraw the articles whose ids are not in ``seen``; return the refusal where those are too many."""
        gone = _live_ids() - seen
        guarded = gone & _live_ids(without_demo=self.source != DEMO_SOURCE)
        is_refused = len(guarded) >= MIN_GUARDED and len(guarded) > GUARDED_SHARE * self.live and not is_confirmed
        for ids in batches(sorted(gone - guarded if is_refused else gone)):
            _withdraw(ids, report)
        return WithdrawalsRefused(report, len(guarded), self.live) if is_refused else None


def _live_ids(*, without_demo: bool = False) -> set[int]:
    query = select(Article.id).where(Article.withdrawn_at.is_(None))
    if without_demo:
        query = query.where(Article.source != DEMO_SOURCE)
    ids = set(db.session.scalars(query))
    db.session.commit()
    return ids


def withdraw_one(source: str, source_id: str, report: SyncReport) -> None:
    """Withdraw the article of a document of which its source says that it is gone, and drop its draft."""
    with write_transaction(db.session()) as session:
        session.execute(delete(Draft).where(Draft.source == source, Draft.source_id == source_id))
        own = select(Article.id).where(Article.source == source, Article.source_id == source_id)
        ids = session.scalars(own.where(Article.withdrawn_at.is_(None))).all()
    _withdraw(ids, report)


def drop_drafts_but(source: str, seen: Collection[str]) -> None:
    """Forget the drafts that ``source`` no longer has, and those of any source before it."""
    held = db.session.execute(select(Draft.id, Draft.source, Draft.source_id)).all()
    gone = [id_ for id_, its_source, source_id in held if its_source != source or source_id not in seen]
    for ids in batches(gone):
        with write_transaction(db.session()) as session:
            session.execute(delete(Draft).where(Draft.id.in_(ids)))


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
        index_articles(session, articles)
    for article in articles:
        report.withdrawn.append(Entry(article.source_id, f"is no longer in {report.source}"))
    db.session.expunge_all()
