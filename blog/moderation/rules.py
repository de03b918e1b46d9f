"""Rules for future comments: create, list and remove them. Each row has who created and removed it, and when."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.comments.signals.models import CommentRule
from blog.comments.signals.rule_matching import TRUSTABLE, RuleAction, RuleKind, normal_key
from blog.comments.signals.text import domain_of, text_of
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.models import Moderator

PAGE_SIZE = 50
DOUBLE_CLICK = timedelta(minutes=1)
"""The same rule by the same moderator within this time is a second click on the button."""
NO_NETWORK = frozenset({"", "unknown"})


class TrustRefused(ValueError):
    """Nothing of that kind can be trusted."""


@dataclass(frozen=True)
class RuleDraft:
    """A rule that has not been created yet."""

    kind: RuleKind
    text: str
    key: str
    action: RuleAction
    note: str = ""
    days: int | None = None
    """How long it is in force; ``None`` means forever."""


@dataclass(frozen=True)
class ListedRule:
    """A rule with the names of the people who created and removed it."""

    rule: CommentRule
    created_by: str
    removed_by: str | None


@dataclass(frozen=True)
class RulePage:
    """Some rules, newest first. ``before`` is set if there are earlier ones."""

    rules: list[ListedRule]
    before: int | None


def draft(kind: RuleKind, text: str, action: RuleAction, note: str = "", days: int | None = None) -> RuleDraft:
    """A rule that can be created.

    :raises blog.comments.signals.rule_matching.BadRule: the text does not fit the kind.
    :raises TrustRefused: this kind of rule cannot trust.
    """
    if action is RuleAction.TRUST and kind not in TRUSTABLE:
        raise TrustRefused(kind)
    return RuleDraft(kind, text, normal_key(kind, text), action, note, days)


def add(wanted: RuleDraft, by: Moderator) -> CommentRule:
    """Create a rule, which applies from the next comment on; a second click returns the rule of the first."""
    now = utc_now()
    rule = CommentRule(
        kind=wanted.kind,
        text=wanted.text,
        key=wanted.key,
        action=wanted.action,
        note=wanted.note,
        created_by_id=by.id,
        created_at=now,
        ends_at=now + timedelta(days=wanted.days) if wanted.days else None,
    )
    with write_transaction(db.session()) as session:
        # Two clicks at the same moment come one after the other.
        session.execute(select(Moderator.id).where(Moderator.id == by.id).with_for_update())
        earlier = session.scalar(_same(rule))
        if earlier is None:
            session.add(rule)
    return earlier or rule


def _same(rule: CommentRule) -> Select[CommentRule]:
    """Select the rule that an earlier click created."""
    # The time to the end is the same, so the end differs by as much as the beginning.
    end = CommentRule.ends_at.is_(None) if rule.ends_at is None else CommentRule.ends_at > rule.ends_at - DOUBLE_CLICK
    return (
        select(CommentRule)
        .where(
            CommentRule.key == rule.key,
            CommentRule.kind == rule.kind,
            CommentRule.text == rule.text,
            CommentRule.action == rule.action,
            CommentRule.note == rule.note,
            CommentRule.created_by_id == rule.created_by_id,
            CommentRule.created_at > rule.created_at - DOUBLE_CLICK,
            end,
            CommentRule.removed_at.is_(None),
        )
        .limit(1)
    )


def may_remove(rule: CommentRule, moderator: Moderator) -> bool:
    """Whether ``moderator`` may remove the rule: administrators may remove any, others their own."""
    return moderator.is_administrator or (moderator.can_decide and rule.created_by_id == moderator.id)


def remove(rule: CommentRule, by: Moderator) -> bool:
    """Remove a rule; ``False`` if it was removed before."""
    in_force = (CommentRule.id == rule.id, CommentRule.removed_at.is_(None))
    change = update(CommentRule).where(*in_force).values(removed_at=utc_now(), removed_by_id=by.id)
    with write_transaction(db.session()) as session:
        return session.scalar(change.returning(CommentRule.id)) is not None


def listing(before: int | None = None, *, in_force: bool = True) -> RulePage:
    """The rules in force, or those that have ended or were removed."""
    now = utc_now()
    remover = aliased(Moderator)
    query = (
        select(CommentRule, Moderator.name, remover.name)
        .join(Moderator, Moderator.id == CommentRule.created_by_id)
        .outerjoin(remover, remover.id == CommentRule.removed_by_id)
        .order_by(CommentRule.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if in_force:
        query = query.where(
            CommentRule.removed_at.is_(None), or_(CommentRule.ends_at.is_(None), CommentRule.ends_at > now)
        )
    else:
        query = query.where(or_(CommentRule.removed_at.is_not(None), CommentRule.ends_at <= now))
    if before is not None:
        query = query.where(CommentRule.id < before)
    rows = [ListedRule(*row) for row in db.session.execute(query)]
    shown = rows[:PAGE_SIZE]
    return RulePage(shown, shown[-1].rule.id if len(rows) > PAGE_SIZE else None)


def suggestions(comment: Comment) -> list[tuple[RuleKind, str]]:
    """Suggestions for rules from a comment: its sender, its links, its network."""
    hosts = {*text_of(comment.body_html).domains, domain_of(comment.website)} - {""}
    found = [
        (RuleKind.ADDRESS, comment.email),
        *((RuleKind.DOMAIN, host) for host in sorted(hosts)),
        (RuleKind.NAME, comment.name),
    ]
    if comment.network not in NO_NETWORK:
        found.append((RuleKind.NETWORK, comment.network))
    return [(kind, text) for kind, text in found if text]
