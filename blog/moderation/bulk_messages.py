"""The texts about bulk decisions."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext, lazy_gettext, ngettext

from blog.comments.models import Status
from blog.moderation.bulk_models import BulkDecision, MemberOutcome
from blog.moderation.bulk_queries import find_bulk, outcome_counts, undoable
from blog.moderation.messages import Message, status_name
from blog.moderation.queue_filter import QueueFilter, UnknownFilter
from blog.moderation.queue_filter_sentence import narrowing_sentence
from blog.theming.site import number

OUTCOME_NAMES = {
    MemberOutcome.WAITING: lazy_gettext("waiting"),
    MemberOutcome.DECIDED: lazy_gettext("done"),
    MemberOutcome.AGREED: lazy_gettext("decided in the same way by others"),
    MemberOutcome.LEFT: lazy_gettext("left as they are"),
}


def bulk_sentence(bulk: BulkDecision) -> str:
    """The sentence of a bulk decision: who did what to how many comments."""
    values = {"who": bulk.moderator.name, "count": number(bulk.decided)}
    num = bulk.decided
    if bulk.undoes_id is not None:
        return ngettext(
            "%(who)s undid the decision on %(count)s comment.",
            "%(who)s undid the decisions on %(count)s comments at once.", num, **values,
        )  # fmt: skip
    if bulk.to_status == Status.APPROVED:
        return ngettext(
            "%(who)s approved %(count)s comment.", "%(who)s approved %(count)s comments at once.", num, **values
        )
    if bulk.to_status == Status.REJECTED:
        return ngettext(
            "%(who)s rejected %(count)s comment.", "%(who)s rejected %(count)s comments at once.", num, **values
        )
    if bulk.to_status == Status.SPAM:
        return ngettext(
            "%(who)s marked %(count)s comment as spam.",
            "%(who)s marked %(count)s comments as spam at once.", num, **values,
        )  # fmt: skip
    return ngettext(
        "%(who)s put %(count)s comment back into the queue.",
        "%(who)s put %(count)s comments back into the queue at once.", num, **values,
    )  # fmt: skip


def left_sentence(count: int) -> str:
    """The sentence that says how many members were left unchanged."""
    return ngettext(
        "%(count)s had changed meanwhile and was left as it is.",
        "%(count)s had changed meanwhile and were left as they are.", count, count=number(count),
    )  # fmt: skip


def bulk_message(bulk_id: int) -> Message | None:
    """The message about a bulk decision for the next page; ``None`` if there is no such decision."""
    bulk = find_bulk(bulk_id)
    if bulk is None or bulk.is_proposed:
        return None
    left = outcome_counts(bulk.id)[MemberOutcome.LEFT]
    text = f"{bulk_sentence(bulk)} {left_sentence(left)}" if left else bulk_sentence(bulk)
    return Message(text, bulk=bulk, can_undo=bulk.id in undoable([bulk]))


def total_sentence(bulk: BulkDecision) -> str:
    """The sentence that says how many comments a proposal has."""
    if bulk.is_capped:
        return gettext("The first %(count)s of more than %(count)s comments.", count=number(bulk.total))
    return ngettext("%(count)s comment.", "%(count)s comments.", bulk.total, count=number(bulk.total))


def view_sentence(bulk: BulkDecision) -> str:
    """The sentence that says where the comments came from: a status, with what else they have in common."""
    view = view_of(bulk)
    if view is None:
        return status_name(bulk.from_status)
    words = gettext("Search: %(words)s.", words=view.words) if view.words else ""
    parts = [f"{status_name(view.status)}.", narrowing_sentence(view) if view.narrowing else "", words]
    return " ".join(filter(None, parts)) if view.is_narrowed else status_name(view.status)


def view_of(bulk: BulkDecision) -> QueueFilter | None:
    """The view of the queue that the comments came from; ``None`` for a selection."""
    if not bulk.view:
        return None
    try:
        return QueueFilter.from_address(f"?{bulk.view}")
    except UnknownFilter:
        return None  # stored by an earlier version of the blog


def outcome_name(outcome: str) -> str:
    """The name of an outcome, in the language of the site."""
    return str(OUTCOME_NAMES[MemberOutcome(outcome)])


def unreadable(errors: Mapping[str, Sequence[str]]) -> Message:
    """The error for a form with no comments, too many, or values that its page did not offer."""
    named = errors.get("reason") or errors.get("selected") or errors.get("to")
    fault = named[0] if named else gettext("That form could not be read. Please choose the comments again.")
    return Message(str(fault), is_error=True)


def unknown() -> Message:
    """The error for ids without a comment."""
    text = gettext("Some of the chosen comments do not exist, so nothing was changed. Please choose again.")
    return Message(text, is_error=True)


def not_now() -> Message:
    """The error for a decision that was started or undone before, by another moderator or a second click."""
    text = gettext("Nothing was changed, because this was started or undone before. The page shows its present state.")
    return Message(text, is_error=True)
