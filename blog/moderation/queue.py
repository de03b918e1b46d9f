"""The queue: the comments of one status, one page at a time.

The next page is found by the key of the last row, so that the thousandth page costs as much as the first. Comments are
counted up to a limit only.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import defer, joinedload, selectinload

from blog.comments.models import Comment, Status
from blog.comments.search import first_found, is_sqlite
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.cards import Card, make_cards
from blog.moderation.commenter_history import MAX_COUNTED, shown_count
from blog.moderation.models import Decision
from blog.moderation.queue_claims import is_taken, taken
from blog.moderation.queue_filter import LISTS, Narrowing, QueueFilter

PAGE_SIZE = 25
MAX_FOUND = 500
"""How many comments that match a search are looked at for one page: more than other moderators can have claimed."""

# A constant, because each page of the queue asks this, and building it took longer than running it.
_COUNTS = select(
    *(
        select(func.count())
        .select_from(select(literal(1)).where(Comment.status == status).limit(MAX_COUNTED + 1).subquery())
        .scalar_subquery()
        for status in LISTS
    )
)


@dataclass(frozen=True)
class Marks:
    """The ids of the newest decision and the newest comment on a page."""

    decision: int
    comment: int


@dataclass(frozen=True)
class QueuePage:
    """Some of the comments of ``filter``. If ``after`` is set, the next page follows that comment."""

    filter: QueueFilter
    cards: list[Card]
    after: int | None
    marks: Marks
    """The newest rows when the page was rendered."""
    is_first: bool = True

    @property
    def next_arguments(self) -> dict[str, object]:
        """The URL arguments of the next page."""
        return {**self.filter.arguments, "after": self.after}


def load_page(wanted: QueueFilter, after: int | None = None, session_id: int | None = None) -> QueuePage:
    """The comments of ``wanted`` that follow the one with the id ``after``.

    :param session_id: the session of the page. Comments that others have claimed come last, with their names, also
        those that the pages before this one have left out; only pending comments are claimed.
    """
    # Read before the comments: what changes in between is then reported to the page once more, and not missed.
    seen = marks()
    query = _ordered(wanted, after)
    claimant = session_id if wanted.status is Status.PENDING else None
    free = query if claimant is None else query.where(~is_taken(claimant))
    comments = list(db.session.scalars(free.limit(PAGE_SIZE + 1)))
    shown = comments[:PAGE_SIZE]
    cards = make_cards(shown)
    has_more = len(comments) > PAGE_SIZE
    if claimant is not None and not has_more:
        room = PAGE_SIZE - len(shown)
        claimed = _claimed(wanted, claimant, room or 1)
        cards += claimed[:room]
        # This page is full, so one more page has the comments of others.
        has_more = not room and bool(claimed)
    following = shown[-1].id if has_more else None
    return QueuePage(wanted, cards, following, seen, is_first=after is None)


def _ordered(wanted: QueueFilter, after: int | None) -> Select[Comment]:
    if wanted.query.terms and wanted.narrowing in {None, Narrowing.CHECK} and is_sqlite():
        return _found_by_sqlite(wanted, after)
    query = with_article().where(*wanted.prepare_conditions())
    if after is not None:
        place = tuple_(Comment.submitted_at, Comment.id)
        # The row is also there if the comment was decided on or erased since. Two rows are compared, and not their
        # columns with OR, so that the database can begin at this place in the index of the queue.
        last = select(Comment.submitted_at, Comment.id).where(Comment.id == after).scalar_subquery()
        query = query.where(place > last if wanted.is_oldest_first else place < last)
    return query.order_by(*wanted.order)


def _found_by_sqlite(wanted: QueueFilter, after: int | None) -> Select[Comment]:
    """A search in the order of the ids, in which the index has them: sorting all that match would take too long.

    Articles, addresses and networks have too few comments for this, a check has a finding on many.
    """
    is_oldest_first = wanted.is_oldest_first
    found = first_found(
        wanted.query, wanted.status, after, check=wanted.check, is_oldest_first=is_oldest_first, limit=MAX_FOUND
    )
    query = with_article().where(Comment.id.in_(found))
    return query.order_by(Comment.id if is_oldest_first else Comment.id.desc())


def _claimed(wanted: QueueFilter, session_id: int, limit: int) -> list[Card]:
    """The cards of comments that others have on their screens, on whichever page they would be."""
    names = taken(session_id)
    if not names:
        return []
    # The status is compared as an expression, so that SQLite reads only these ids and not the index of the queue.
    is_wanted = Comment.status.concat("") == wanted.status
    query = with_article().where(Comment.id.in_(names), is_wanted, *wanted.prepare_narrowing())
    comments = db.session.scalars(query.order_by(*wanted.order).limit(limit)).all()
    return [replace(card, claimed_by=names[card.comment.id]) for card in make_cards(comments)] if comments else []


def marks() -> Marks:
    """The ids of the newest decision and the newest comment."""
    newest = select(
        select(func.max(Decision.id)).scalar_subquery(),
        select(func.max(Comment.id)).scalar_subquery(),
    )
    decision, comment = db.session.execute(newest).one()
    return Marks(decision or 0, comment or 0)


def counts() -> dict[str, str]:
    """How many comments have each status, in one query; more than ``MAX_COUNTED`` are “99+”."""
    row = db.session.execute(_COUNTS).one()
    return {status: shown_count(count) for status, count in zip(LISTS, row, strict=True)}


def find_comment(comment_id: int) -> Comment | None:
    """One comment with its article."""
    return db.session.scalar(with_article().where(Comment.id == comment_id))


def find_decision(decision_id: int) -> Decision | None:
    """One decision with its moderator, its comment and the article."""
    return db.session.scalar(with_comment().where(Decision.id == decision_id))


def with_article() -> Select[Comment]:
    """Select comments with the columns that a card shows."""
    article = joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    return select(Comment).options(article, selectinload(Comment.signals))


def with_comment() -> Select[Decision]:
    """Select decisions with their moderator, their comment without its text, and the article."""
    comment = joinedload(Decision.comment, innerjoin=True).options(defer(Comment.body), defer(Comment.body_html))
    article = comment.joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    return select(Decision).options(joinedload(Decision.moderator, innerjoin=True), article)
