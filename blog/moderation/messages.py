"""Messages for moderators: what was decided, and why something was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext

from blog.comments.models import Comment, Status
from blog.moderation.bulk_models import BulkDecision
from blog.moderation.commenter_history import CommenterHistory, shown_count
from blog.moderation.decisions import CommentChanged, TransitionRefused, is_in_force
from blog.moderation.models import Decision

STATUS_NAMES = {
    Status.PENDING: lazy_gettext("pending"),
    Status.APPROVED: lazy_gettext("approved"),
    Status.REJECTED: lazy_gettext("rejected"),
    Status.SPAM: lazy_gettext("spam"),
    Status.WITHDRAWN: lazy_gettext("withdrawn"),
    Status.ERASED: lazy_gettext("erased"),
}
VERBS = {
    Status.PENDING: lazy_gettext("Back to the queue"),
    Status.APPROVED: lazy_gettext("Approve"),
    Status.REJECTED: lazy_gettext("Reject"),
    Status.SPAM: lazy_gettext("Spam"),
}
DECISION_SENTENCES = {
    Status.PENDING: lazy_gettext("%(who)s put the comment by %(author)s back into the queue."),
    Status.APPROVED: lazy_gettext("%(who)s approved the comment by %(author)s."),
    Status.REJECTED: lazy_gettext("%(who)s rejected the comment by %(author)s."),
    Status.SPAM: lazy_gettext("%(who)s marked the comment by %(author)s as spam."),
}


@dataclass(frozen=True)
class Message:
    """A message; with the decision or bulk decision that it is about, and whether that can be undone here."""

    text: str
    decision: Decision | None = None
    bulk: BulkDecision | None = None
    can_undo: bool = False
    is_error: bool = False


def status_name(status: str) -> str:
    """The name of a status in the language of the site."""
    return str(STATUS_NAMES[Status(status)])


def verb(status: str) -> str:
    """The text of the button for this status."""
    return str(VERBS[Status(status)])


def decision_sentence(decision: Decision, author: str) -> str:
    """The sentence of a decision: who did what to the comment by ``author``."""
    who = decision.moderator.name
    author = author or gettext("somebody (erased)")
    if decision.undoes_id is not None:
        status = status_name(decision.to_status)
        return gettext(
            "%(who)s undid the decision on the comment by %(author)s; it is %(status)s again.",
            who=who, author=author, status=status,
        )  # fmt: skip
    return str(DECISION_SENTENCES[Status(decision.to_status)]) % {"who": who, "author": author}


def decision_message(decision: Decision, author: str, reply: Decision | None) -> str:
    """Who did what to the comment by ``author``, and what an undo did to the reply that was published with it.

    :param reply: what the undo did to that reply.
    """
    sentence = decision_sentence(decision, author)
    if reply is None:
        return sentence
    is_published = reply.to_status == Status.APPROVED
    published = gettext("The reply is published again.")
    waits = gettext("The reply is not published any more; its text is in the queue, too.")
    return f"{sentence} {published if is_published else waits}"


def history_sentence(history: CommenterHistory) -> str:
    """A commenter's earlier comments by status, such as “approved 12, spam 1”."""
    parts = [f"{status_name(status)} {shown_count(count)}" for status, count in history.counts.items()]
    return ", ".join(parts)


def changed(error: CommentChanged) -> Message:
    """The error for a comment that was edited, withdrawn or decided on while a moderator read it."""
    nothing = gettext("Your decision was not saved: this comment changed while you were reading it.")
    comment, last = error.comment, error.last
    if last is not None and is_in_force(last, comment):
        return Message(f"{nothing} {decision_sentence(last, comment.name)}", decision=last, is_error=True)
    return Message(f"{nothing} {_change_sentence(comment, last)}", is_error=True)


def refused(error: TransitionRefused) -> Message:
    """The error for a decision that is not possible."""
    text = gettext(
        "A comment that is %(was)s cannot become %(to)s directly. Choose one of the buttons below.",
        was=status_name(error.was), to=status_name(error.to),
    )  # fmt: skip
    return Message(text, is_error=True)


def unreadable(errors: Mapping[str, Sequence[str]]) -> Message:
    """The error for a form whose fields are not as its page sent them, or whose reason is too long."""
    faults = (
        errors.get("reason") or errors.get("reply") or [gettext("That form could not be read. Please decide again.")]
    )
    return Message(str(faults[0]), is_error=True)


def reply_not_sent() -> Message:
    """The error for a decision by a form with a reply, because only the reply's own button sends it."""
    text = gettext(
        "Nothing was changed: there is a reply, and this button does not send it. "
        "Press the button below the reply, or delete the reply first."
    )
    return Message(text, is_error=True)


def stale() -> Message:
    """The error for a form from before the current session."""
    text = gettext("That page was from before you signed in, so nothing was changed. Please do it once more.")
    return Message(text, is_error=True)


def _change_sentence(comment: Comment, last: Decision | None) -> str:
    """What happened to a comment since ``last``, its newest decision."""
    if comment.status == Status.WITHDRAWN:
        return gettext("Its author has withdrawn it.")
    is_edited = comment.revision > (last.revision if last else 1)
    # A check may have called the edited comment spam meanwhile: then its status is the news, not the edit.
    if is_edited and comment.status in {Status.PENDING, Status.APPROVED}:
        by_moderator = gettext("A moderator has edited it.")
        return by_moderator if comment.edited_by_moderator else gettext("Its author has edited it.")
    return gettext("It is %(status)s now.", status=status_name(comment.status))
