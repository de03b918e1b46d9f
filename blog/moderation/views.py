"""The moderators' pages."""

from urllib.parse import parse_qsl, urlsplit

from flask import abort, get_flashed_messages, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from blog.comments.models import Comment
from blog.moderation import differences, messages, queue, sessions
from blog.moderation.blueprint import blueprint, fragment, render
from blog.moderation.bulk_forms import chosen
from blog.moderation.bulk_messages import bulk_message
from blog.moderation.canned_reasons import canned_reasons
from blog.moderation.cards import Card, single_card
from blog.moderation.decision_log import LogFilter, log_page
from blog.moderation.decisions import is_in_force, latest, undone_reply
from blog.moderation.messages import Message
from blog.moderation.next_url import current_url
from blog.moderation.queue_changes import changes_since
from blog.moderation.queue_claims import MAX_CLAIMED, claim, taken
from blog.moderation.queue_filter import QueueFilter, UnknownFilter
from blog.row_ids import MAX_ID, row_id

COMMENT = f"/comments/<int(max={MAX_ID}):comment_id>"


@blueprint.get("/", endpoint="queue")
def show_queue() -> str:
    """The comments of one status, by default the pending ones."""
    return queue_page(shown_message())


@blueprint.get("/changes")
def changes() -> ResponseReturnValue:
    """The changes since the page was rendered, as cards to insert into it."""
    try:
        wanted = QueueFilter.from_arguments(request.args)
    except UnknownFilter:
        abort(404)
    marks = [request.args.get(name, 0, type=row_id) for name in ("decision", "newest")]
    found = changes_since(wanted, *marks)
    if found.is_nothing:
        return "", 204
    arrivals_url = wanted.address_of_newer(found.marks.comment)
    return fragment("changes", changes=found, next=wanted.address, arrivals_url=arrivals_url)


@blueprint.post("/claims")
def claims() -> ResponseReturnValue:
    """Claim the comments on the screen; return those that others have claimed."""
    ids = request.form.getlist("comment", type=row_id)[:MAX_CLAIMED]
    claim(own_session_id(), ids)
    return fragment("claims", names=taken(own_session_id(), ids))


@blueprint.get(COMMENT, endpoint="comment")
def show_comment(comment_id: int) -> str:
    """One comment, and all decisions on it."""
    reasons = get_flashed_messages(category_filter=["reason"])
    return comment_page(comment_or_404(comment_id), shown_message(), reason=str(reasons[-1]) if reasons else "")


def queue_page(message: Message | None, address: str | None = None, conflict: Card | None = None) -> str:
    """The page of the queue, with ``message`` above it.

    :param address: the URL of the page of the queue, if it is not the request's URL.
    :param conflict: the comment that ``message`` is about, shown first, with the moderator's input.
    """
    url = urlsplit(address or current_url())
    arguments = MultiDict(parse_qsl(url.query))
    try:
        wanted = QueueFilter.from_arguments(arguments)
    except UnknownFilter:
        abort(404)
    return render(
        "queue",
        page=queue.load_page(wanted, arguments.get("after", type=row_id), own_session_id()),
        counts=queue.counts(),
        message=message,
        conflict=conflict,
        reason=request.form.get("reason", ""),
        is_for_author="is_for_author" in request.form,
        reply=request.form.get("reply", ""),
        canned_reasons=canned_reasons(),
        selected=selected_ids(),
        next=address or current_url(),
    )


def selected_ids() -> set[int]:
    """The comments that the request has chosen, so that they are chosen still when it is refused."""
    return {comment.comment_id for comment in request.form.getlist("selected", type=chosen)}


def comment_page(comment: Comment, message: Message | None, *, reason: str = "", address: str | None = None) -> str:
    """The page of one comment, with ``message`` above it; its forms redirect to ``address``."""
    page = log_page(LogFilter(comment_id=comment.id))
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
        reply=request.form.get("reply", ""),
        canned_reasons=canned_reasons(),
        next=address or current_url(),
    )


def shown_message() -> Message | None:
    """The message about the decision that led to this page, with an undo if that is possible."""
    bulk_id, decision_id = (request.args.get(name, type=row_id) for name in ("bulk", "decided"))
    if bulk_id:
        return bulk_message(bulk_id)
    decision = queue.find_decision(decision_id) if decision_id else None
    if decision is None:
        return None
    newest = latest([decision.comment_id])[decision.comment_id]
    reply = undone_reply(decision)
    text = messages.decision_message(decision, decision.comment.name, reply)
    can_undo = newest.id == decision.id and is_in_force(decision, decision.comment)
    return Message(text, decision, can_undo=can_undo)


def own_session_id() -> int:
    """The id of the request's session; 0 if nobody is signed in."""
    row = sessions.current()
    return row.id if row is not None else 0


def comment_or_404(comment_id: int) -> Comment:
    """The comment with this id.

    :raises NotFound: there is none.
    """
    return queue.find_comment(comment_id) or abort(404)
