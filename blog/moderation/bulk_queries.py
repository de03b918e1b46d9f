"""Queries for the pages of bulk decisions."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload

from blog.comments.models import Comment
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.bulk_models import BulkDecision, BulkMember, MemberOutcome

PAGE_SIZE = 25


@dataclass(frozen=True)
class MembersPage:
    """Some members with the same outcome, sorted by comment id. The next page follows the comment ``after``."""

    outcome: MemberOutcome
    members: list[BulkMember]
    counts: dict[MemberOutcome, int]
    after: int | None


def find_bulk(bulk_id: int) -> BulkDecision | None:
    """One bulk decision with its moderator."""
    return find_bulks([bulk_id]).get(bulk_id)


def find_bulks(ids: Collection[int]) -> dict[int, BulkDecision]:
    """These bulk decisions with their moderators, by id."""
    query = select(BulkDecision).where(BulkDecision.id.in_(ids)).options(joinedload(BulkDecision.moderator))
    return {bulk.id: bulk for bulk in db.session.scalars(query)}


def undoable(bulks: Collection[BulkDecision]) -> set[int]:
    """The ids of the bulk decisions that decided something and have not been undone."""
    decided = {bulk.id for bulk in bulks if bulk.decided}
    if not decided:
        return set()
    return decided - set(db.session.scalars(select(BulkDecision.undoes_id).where(BulkDecision.undoes_id.in_(decided))))


def outcome_counts(bulk_id: int) -> dict[MemberOutcome, int]:
    """How many members have each outcome."""
    query = select(BulkMember.outcome, func.count()).where(BulkMember.bulk_id == bulk_id).group_by(BulkMember.outcome)
    counts = dict(db.session.execute(query).all())
    return {outcome: counts.get(outcome, 0) for outcome in MemberOutcome}


def members_page(bulk: BulkDecision, outcome: MemberOutcome | None = None, after: int = 0) -> MembersPage:
    """Members after the comment ``after`` with ``outcome``, by default with the one that needs attention first."""
    counts = outcome_counts(bulk.id)
    order = [MemberOutcome.LEFT, MemberOutcome.DECIDED, MemberOutcome.AGREED, MemberOutcome.WAITING]
    chosen = outcome or next((name for name in order if counts[name]), MemberOutcome.WAITING)
    comment = joinedload(BulkMember.comment, innerjoin=True).options(defer(Comment.body_html))
    article = comment.joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    place = (BulkMember.bulk_id == bulk.id, BulkMember.outcome == chosen, BulkMember.comment_id > after)
    query = select(BulkMember).where(*place).order_by(BulkMember.comment_id).limit(PAGE_SIZE + 1).options(article)
    members = list(db.session.scalars(query))
    shown = members[:PAGE_SIZE]
    return MembersPage(chosen, shown, counts, shown[-1].comment_id if len(members) > PAGE_SIZE else None)
