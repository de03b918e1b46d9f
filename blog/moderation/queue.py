"""What moderators look at: the comments of one status, and the log, one page at a time.

Pages go on from the last row of the one before (by key, never by counting rows), so that the thousandth costs what the
first does; and how many comments there are is counted only as far as anybody would.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import defer, joinedload, selectinload

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.cards import Card, make_cards
from blog.moderation.claims import is_taken, taken
from blog.moderation.decisions import TRANSITIONS
from blog.moderation.models import Decision
from blog.moderation.queue_filter import QueueFilter

PAGE_SIZE = 25
COUNTED = 99


@dataclass(frozen=True)
class Marks:
    """The newest decision and the newest comment that a page knows of."""

    decision: int
    comment: int


@dataclass(frozen=True)
class QueuePage:
    """Some of the comments that ``filter`` names. The next page follows the comment ``after``, if there is one."""

    filter: QueueFilter
    cards: list[Card]
    after: int | None
    marks: Marks
    """What there was when the page was made."""

    @property
    def next_arguments(self) -> dict[str, object]:
        """What stands in the address of the next page."""
        return {**self.filter.arguments, "after": self.after}


def queue_page(wanted: QueueFilter, after: int | None = None, session_id: int | None = None) -> QueuePage:
    """The comments that ``wanted`` names and that follow the one with the id ``after``.

    :param session_id: whose page it is. What others have claimed comes last, with their names.
    """
    seen = marks()
    query = _ordered(wanted, after)
    is_dealt = session_id is not None and wanted.status is Status.PENDING
    free = query.where(~is_taken(session_id)) if is_dealt and session_id is not None else query
    comments = list(db.session.scalars(free.limit(PAGE_SIZE + 1)))
    shown = comments[:PAGE_SIZE]
    cards = make_cards(shown)
    if is_dealt and session_id is not None and len(comments) < PAGE_SIZE:
        cards += _claimed(query.limit(PAGE_SIZE - len(comments)), session_id)
    return QueuePage(wanted, cards, shown[-1].id if len(comments) > PAGE_SIZE else None, seen)


def _ordered(wanted: QueueFilter, after: int | None) -> Select[Comment]:
    query = with_article().where(*wanted.conditions)
    if after is not None:
        place = tuple_(Comment.submitted_at, Comment.id)
        last = select(Comment.submitted_at, Comment.id).where(Comment.id == after).scalar_subquery()
        query = query.where(place > last if wanted.is_oldest_first else place < last)
    order = (Comment.submitted_at, Comment.id)
    return query.order_by(*(order if wanted.is_oldest_first else (column.desc() for column in order)))


def _claimed(query: Select[Comment], session_id: int) -> list[Card]:
    """The cards of what others have on their screens."""
    comments = db.session.scalars(query.where(is_taken(session_id))).all()
    if not comments:
        return []
    names = taken(session_id, [comment.id for comment in comments])
    return [replace(card, claimed_by=names.get(card.comment.id)) for card in make_cards(comments)]


def marks() -> Marks:
    """The newest decision and the newest comment there are."""
    newest = select(
        select(func.max(Decision.id)).scalar_subquery(),
        select(func.max(Comment.id)).scalar_subquery(),
    )
    decision, comment = db.session.execute(newest).one()
    return Marks(decision or 0, comment or 0)


def counts() -> dict[str, str]:
    """How many comments have each status, in one query; more than ``COUNTED`` are “99+”."""
    capped = [
        select(func.count())
        .select_from(select(literal(1)).where(Comment.status == status).limit(COUNTED + 1).subquery())
        .scalar_subquery()
        for status in TRANSITIONS
    ]
    row = db.session.execute(select(*capped)).one()
    return {
        status: f"{COUNTED}+" if count > COUNTED else str(count) for status, count in zip(TRANSITIONS, row, strict=True)
    }


def find_comment(comment_id: int) -> Comment | None:
    """One comment with its article."""
    return db.session.scalar(with_article().where(Comment.id == comment_id))


def find_decision(decision_id: int) -> Decision | None:
    """One decision with its moderator, its comment and the article."""
    return db.session.scalar(with_comment().where(Decision.id == decision_id))


def with_article() -> Select[Comment]:
    """Selects comments with all that a card shows of them."""
    article = joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    return select(Comment).options(article, selectinload(Comment.signals))


def with_comment() -> Select[Decision]:
    """Selects decisions with their moderator, their comment without its text, and the article."""
    comment = joinedload(Decision.comment, innerjoin=True).options(defer(Comment.body), defer(Comment.body_html))
    article = comment.joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    return select(Decision).options(joinedload(Decision.moderator, innerjoin=True), article)
