"""Previews a rule: the comments of the last 90 days that it would have affected."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Select, select

from blog.comments.models import Comment, CommentTrace, Status
from blog.comments.signals import rule_input
from blog.comments.signals.rule_matching import RuleKind, is_match
from blog.comments.signals.traces import KEPT, domain_trace, name_trace
from blog.database import utc_now
from blog.extensions import db
from blog.moderation.rules import RuleDraft

MAX_READ = 2_000
"""How many of the newest comments are checked."""
SHOWN = 10


@dataclass(frozen=True)
class Preview:
    """How many comments a rule would have affected, by status, and the newest public ones among them."""

    by_status: dict[str, int]
    public: list[Comment]
    """The public comments that a rule that blocks or holds would have hidden."""
    is_capped: bool
    """There were more recent comments than were checked."""

    @property
    def count(self) -> int:
        """The number of affected comments."""
        return sum(self.by_status.values())


def preview(wanted: RuleDraft) -> Preview:
    """The comments of the last 90 days that ``wanted`` would have affected, found by an index; at most ``MAX_READ``."""
    # For ``KEPT`` and no longer, because older comments have no traces.
    query = _candidates(wanted).where(
        Comment.submitted_at > utc_now() - KEPT, Comment.author_role == "", Comment.status != Status.ERASED
    )
    found = db.session.scalars(query.order_by(Comment.id.desc()).limit(MAX_READ + 1)).all()
    read = found[:MAX_READ]
    caught = [comment for comment in read if is_match(wanted.kind, wanted.key, wanted.text, rule_input(comment))]
    public = [comment for comment in caught if comment.is_public]
    return Preview(dict(Counter(comment.status for comment in caught)), public[:SHOWN], len(found) > MAX_READ)


def _candidates(wanted: RuleDraft) -> Select[Comment]:
    """A superset of the comments that the rule concerns; exactly those if an index can find them."""
    query = select(Comment)
    if wanted.kind is RuleKind.ADDRESS:
        return query.where(Comment.email_key == wanted.key, Comment.HAS_EMAIL)
    # Comments have only the /24 of their sender, or the /48 for IPv6, so no larger network is equal to one of these.
    if wanted.kind is RuleKind.NETWORK and wanted.key.endswith("/48" if ":" in wanted.key else "/24"):
        return query.where(Comment.network == wanted.key, Comment.HAS_NETWORK)
    if wanted.kind is RuleKind.NAME:
        return _with_trace(query, name_trace(wanted.text))
    if wanted.kind is RuleKind.DOMAIN:
        return _with_trace(query, domain_trace(wanted.key))
    return query


def _with_trace(query: Select[Comment], value: int) -> Select[Comment]:
    return query.join(CommentTrace, CommentTrace.comment_id == Comment.id).where(CommentTrace.value == value)
