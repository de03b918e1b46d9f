"""The views that take decisions and replies. They return a page, or one card for a script of the queue."""

from functools import partial

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blog.comments.models import Comment, Status
from blog.moderation import messages, queue
from blog.moderation.blueprint import blueprint, fragment, wants_fragment
from blog.moderation.cards import make_card, single_card
from blog.moderation.decisions import CommentChanged, TransitionRefused, decide, latest, undo, undone_reply
from blog.moderation.forms import DecisionForm, ReplyForm, UndoForm
from blog.moderation.messages import Message
from blog.moderation.models import Decision
from blog.moderation.next_url import after_decision, safe_next_url
from blog.moderation.queue_claims import claim
from blog.moderation.queue_filter import QueueFilter
from blog.moderation.replies import ReplyRefused, reply
from blog.moderation.sessions import moderator_or_401
from blog.moderation.views import COMMENT, comment_or_404, comment_page, own_session_id, queue_page


@blueprint.post(f"{COMMENT}/decisions", endpoint="decisions")
def take_decision(comment_id: int) -> ResponseReturnValue:
    """Decide on a comment, or undo its newest decision; then redirect to the page where the moderator was."""
    comment = comment_or_404(comment_id)
    form: DecisionForm | UndoForm = UndoForm() if "undoes" in request.form else DecisionForm()
    if not form.validate():  # type: ignore[no-untyped-call]
        return refuse(comment, messages.unreadable(form.errors), 422)
    # Each button of a card sends the field of the reply, but only the reply's own button publishes it. A decision would
    # lose the text.
    if request.form.get("reply", "").strip():
        return refuse(comment, messages.reply_not_sent(), 422)
    try:
        decision = _undo(form, comment) if isinstance(form, UndoForm) else _decide(form, comment, form.to.data)
    except CommentChanged as error:
        if not (_is_repeated(form, error) or _is_agreed(form, error)):
            return refuse(error.comment, messages.changed(error), 409)
        decision = error.last
    except TransitionRefused as error:
        return refuse(comment, messages.refused(error), 422)
    if wants_fragment():
        return _decided_card(comment_id, decision)
    _claim_next(form.next.data)
    return redirect(after_decision(form.next.data, decision.id if decision else None), 303)


@blueprint.post(f"{COMMENT}/replies")
def replies(comment_id: int) -> ResponseReturnValue:
    """Approve the comment if it is pending and publish the reply, both or neither."""
    comment = comment_or_404(comment_id)
    form = ReplyForm()
    if not form.validate():
        return refuse(comment, messages.unreadable(form.errors), 422)
    try:
        approve = partial(_decide, form, comment, Status.APPROVED)
        reply(comment.id, form.reply.data, moderator=moderator_or_401(), approve=approve)
    except CommentChanged as error:
        return refuse(error.comment, messages.changed(error), 409)
    except TransitionRefused as error:
        return refuse(comment, messages.refused(error), 422)
    except ReplyRefused as error:
        text = gettext("Readers do not see this comment, so it cannot be replied to.")
        return refuse(error.comment, Message(text, is_error=True), 409)
    # This request may have made no decision: the comment was public before, or the reply was sent again.
    decision = latest([comment.id]).get(comment.id)
    if wants_fragment():
        return _decided_card(comment_id, decision)
    return redirect(after_decision(form.next.data, decision.id if decision else None), 303)


def _claim_next(address: str | None) -> None:
    """Claim the comments of the next page, because a browser without script does not do that."""
    if safe_next_url(address) in {url_for("moderation.queue"), QueueFilter().address}:
        cards = queue.load_page(QueueFilter(), session_id=own_session_id()).cards
        claim(own_session_id(), [card.comment.id for card in cards])


def refuse(comment: Comment, message: Message, status: int) -> ResponseReturnValue:
    """Show why nothing was saved, with the comment as it is now and the moderator's input."""
    address = safe_next_url(request.form.get("next"))
    reason = request.form.get("reason", "")
    if wants_fragment():
        card = make_card(comment)
        return fragment(
            "refused",
            card=card,
            message=message,
            is_open=status == 422,
            reason=reason,
            is_for_author="is_for_author" in request.form,
            reply=request.form.get("reply", ""),
            next=address,
        ), status
    if status == 409 and address.partition("?")[0] == url_for("moderation.queue"):
        return queue_page(message, address, make_card(comment)), status
    return comment_page(comment, message, reason=reason, address=address), status


def _decided_card(comment_id: int, decision: Decision | None) -> str:
    """The card that replaces the card of the decided comment."""
    comment = comment_or_404(comment_id)
    address = safe_next_url(request.form.get("next"))
    if decision is None:
        return fragment("undone", card=single_card(comment), next=address)
    if decision.undoes_id is None:
        return fragment("decided", comment=comment, decision=decision, next=address)
    card, reply_decision = single_card(comment), undone_reply(decision)
    return fragment("undone", card=card, decision=decision, reply_decision=reply_decision, next=address)


def _decide(form: DecisionForm, comment: Comment, to: str, within: Session | None = None) -> Decision | None:
    """Decide on the comment as it was when ``form`` was made; ``None`` if it has the status ``to`` already.

    :param within: the ``decision_transaction`` that it is part of; by default it is one of its own.
    """
    return decide(
        comment.id,
        to=Status(to),
        revision=form.revision.data,
        version=form.version.data,
        moderator=moderator_or_401(),
        reason=form.reason.data,
        is_for_author=form.is_for_author.data,
        within=within,
    )


def _undo(form: UndoForm, comment: Comment) -> Decision:
    undone = queue.find_decision(form.undoes.data)
    if undone is None or undone.comment_id != comment.id:
        abort(404)
    return undo(undone.id, moderator=moderator_or_401())


def _is_repeated(form: DecisionForm | UndoForm, error: CommentChanged) -> bool:
    """Whether the same moderator did the same just before: a second click, or a form sent again."""
    if error.last is None or error.last.moderator_id != moderator_or_401().id:
        return False
    if isinstance(form, UndoForm):
        return bool(error.last.undoes_id == form.undoes.data)
    is_same_decision = error.last.undoes_id is None and bool(error.last.to_status == form.to.data)
    return is_same_decision and _is_same_text(form, error)


def _is_agreed(form: DecisionForm | UndoForm, error: CommentChanged) -> bool:
    """Whether another moderator has just made the same decision on the same text."""
    if isinstance(form, UndoForm) or error.last is None:
        return False
    return _is_same_text(form, error) and error.comment.status == str(form.to.data)


def _is_same_text(form: DecisionForm, error: CommentChanged) -> bool:
    """Whether the comment still has the text that the moderator read, and that the last decision is about."""
    return error.last is not None and error.comment.revision == form.revision.data == error.last.revision
