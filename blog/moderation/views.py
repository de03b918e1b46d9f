"""The moderators' pages."""

from flask import abort, get_flashed_messages, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from blog.comments.models import Comment, Status
from blog.moderation import access, differences, messages, queue, sessions
from blog.moderation.account_forms import JoinForm
from blog.moderation.blueprint import blueprint, render
from blog.moderation.cards import single_card
from blog.moderation.decisions import CommentChanged, TransitionRefused, decide, latest, undo
from blog.moderation.forms import MAX_ID, DecisionForm, LoginForm, UndoForm
from blog.moderation.invitation_page import invitation_page
from blog.moderation.login import login_page, sign_in_first
from blog.moderation.messages import Message
from blog.moderation.models import Decision, Moderator
from blog.moderation.next_url import after_decision, here
from blog.moderation.queue_filter import QueueFilter, UnknownFilter

COMMENT = f"/comments/<int(max={MAX_ID}):comment_id>"


@blueprint.get("/", endpoint="queue")
def show_queue() -> str:
    """The comments of one status; those that wait for a decision unless another is asked for."""
    return queue_page(_message())


@blueprint.get(COMMENT, endpoint="comment")
def show_comment(comment_id: int) -> str:
    """One comment, and everything that was decided on it."""
    reasons = get_flashed_messages(category_filter=["reason"])
    return comment_page(_comment(comment_id), _message(), reason=str(reasons[-1]) if reasons else "")


@blueprint.get("/log", endpoint="log")
def show_log() -> str:
    """All decisions, newest first."""
    comment_id = _row_id("comment")
    page = queue.log_page(_row_id("before"), comment_id)
    return render("log", page=page, comment_id=comment_id, message=_message(), next=here())


@blueprint.post(f"{COMMENT}/decisions", endpoint="decisions")
def take_decision(comment_id: int) -> ResponseReturnValue:
    """Decide on a comment, or undo the newest decision on it; then go back to where the moderator came from."""
    comment = _comment(comment_id)
    form: DecisionForm | UndoForm = UndoForm() if "undoes" in request.form else DecisionForm()
    address, reason = form.next.data, request.form.get("reason", "")
    if not form.validate():  # type: ignore[no-untyped-call]
        return comment_page(comment, messages.unreadable(form.errors), reason=reason, address=address), 422
    try:
        decision = _undo(form, comment) if isinstance(form, UndoForm) else _decide(form, comment)
    except CommentChanged as error:
        if not _is_repeated(form, error):
            return comment_page(error.comment, messages.changed(error), reason=reason, address=address), 409
        decision = error.last
    except TransitionRefused as error:
        return comment_page(comment, messages.refused(error), reason=reason, address=address), 422
    return redirect(after_decision(address, decision.id if decision else None), 303)


@blueprint.errorhandler(CSRFError)
def explain_stale_form(_: CSRFError) -> ResponseReturnValue:
    """A form without a valid token changes nothing; its sender gets it back with a valid one."""
    if request.endpoint == "moderation.accept_invitation":
        token = (request.view_args or {}).get("token", "")
        return invitation_page(token, JoinForm(), 400, messages.stale().text)
    if request.endpoint in access.OPEN:
        return login_page(LoginForm(), messages.stale().text), 400
    if sessions.signed_in() is None:
        return sign_in_first(), 401
    comment_id = (request.view_args or {}).get("comment_id")
    if comment_id is None:
        return queue_page(messages.stale()), 400
    reason, address = request.form.get("reason", ""), request.form.get("next")
    return comment_page(_comment(comment_id), messages.stale(), reason=reason, address=address), 400


def queue_page(message: Message | None) -> str:
    """The queue, with ``message`` above it."""
    try:
        wanted = QueueFilter.from_arguments(request.args)
    except UnknownFilter:
        abort(404)
    page = queue.queue_page(wanted, _row_id("after"))
    return render("queue", page=page, counts=queue.counts(), message=message, next=here())


def comment_page(comment: Comment, message: Message | None, *, reason: str = "", address: str | None = None) -> str:
    """The page of one comment, with ``message`` above it, whose forms lead back to ``address``."""
    page = queue.log_page(comment_id=comment.id)
    edits = differences.edits(comment)
    return render(
        "comment",
        comment=comment,
        card=single_card(comment),
        page=page,
        edits=edits,
        message=message,
        reason=reason,
        is_for_author="is_for_author" in request.form,
        next=address or here(),
    )


def _decide(form: DecisionForm, comment: Comment) -> Decision | None:
    return decide(
        comment.id,
        to=Status(form.to.data),
        revision=form.revision.data,
        version=form.version.data,
        moderator=_moderator(),
        reason=form.reason.data,
        is_for_author=form.is_for_author.data,
    )


def _undo(form: UndoForm, comment: Comment) -> Decision:
    undone = queue.find_decision(form.undoes.data)
    if undone is None or undone.comment_id != comment.id:
        abort(404)
    return undo(undone.id, moderator=_moderator())


def _is_repeated(form: DecisionForm | UndoForm, error: CommentChanged) -> bool:
    """Whether the very same was done by the very same moderator just before: a second click."""
    if error.last is None or error.last.moderator_id != _moderator().id:
        return False
    if isinstance(form, UndoForm):
        return bool(error.last.undoes_id == form.undoes.data)
    return error.last.undoes_id is None and bool(error.last.to_status == form.to.data)


def _message() -> Message | None:
    """What the decision that led to this page did, with an undo while it is the newest."""
    decided = _row_id("decided")
    decision = queue.find_decision(decided) if decided else None
    if decision is None:
        return None
    newest = latest([decision.comment_id])[decision.comment_id]
    return Message(
        messages.decision_sentence(decision, decision.comment.name), decision, can_undo=newest.id == decision.id
    )


def _moderator() -> Moderator:
    moderator = sessions.signed_in()
    return moderator if moderator is not None else abort(401)


def _comment(comment_id: int) -> Comment:
    comment = queue.find_comment(comment_id)
    return comment if comment is not None else abort(404)


def _row_id(name: str) -> int | None:
    """The id that the address gives under ``name``; what is none is left out."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value <= MAX_ID else None
