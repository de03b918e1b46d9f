"""The views of bulk decisions: from a selection or a view of the queue, with progress and undo."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from blog.comments.models import Status
from blog.extensions import db
from blog.moderation import bulk_messages, messages
from blog.moderation.blueprint import blueprint, fragment, render, wants_fragment
from blog.moderation.bulk_batches import run_batch
from blog.moderation.bulk_cards import bulk_cards
from blog.moderation.bulk_forms import BulkForm, SelectionForm
from blog.moderation.bulk_lifecycle import BulkChanged, UnknownComments, choose, propose, start, stop, undo_bulk
from blog.moderation.bulk_messages import bulk_message, view_of
from blog.moderation.bulk_models import BulkDecision, MemberOutcome
from blog.moderation.bulk_queries import find_bulk, members_page, undoable
from blog.moderation.canned_reasons import canned_reasons
from blog.moderation.decisions import TransitionRefused
from blog.moderation.messages import Message
from blog.moderation.next_url import after_decision, safe_next_url
from blog.moderation.queue_filter import QueueFilter, UnknownFilter
from blog.moderation.sessions import moderator_or_401
from blog.moderation.views import queue_page, shown_message
from blog.row_ids import MAX_ID, row_id

BULK = f"/bulk/<int(max={MAX_ID}):bulk_id>"


@blueprint.post("/bulk", endpoint="bulk_decisions")
def decide_on_selection() -> ResponseReturnValue:
    """Decide on the comments that were chosen on a page of the queue."""
    form: SelectionForm = SelectionForm()  # type: ignore[no-untyped-call]
    if not form.validate():  # type: ignore[no-untyped-call]
        return _refuse(bulk_messages.unreadable(form.errors))
    try:
        bulk = choose(
            form.selected.data,
            was=Status(form.was.data),
            to=Status(form.to.data),
            moderator=moderator_or_401(),
            reason=form.reason.data,
            is_for_author=form.is_for_author.data,
        )
    except UnknownComments:
        return _refuse(bulk_messages.unknown())
    except TransitionRefused as error:
        return _refuse(messages.refused(error))
    return _run_and_show(bulk.id)


@blueprint.post("/bulk/views", endpoint="bulk_views")
def decide_on_view() -> ResponseReturnValue:
    """Store which comments a view of the queue shows; the next page shows their number and asks for confirmation."""
    address = safe_next_url(request.form.get("next"))
    try:
        view = QueueFilter.from_address(address)
    except UnknownFilter:
        abort(404)
    return redirect(url_for("moderation.bulk", bulk_id=propose(view, moderator_or_401()).id), 303)


@blueprint.get(BULK, endpoint="bulk")
def show_bulk(bulk_id: int) -> str:
    """The page of a bulk decision: the proposal, the progress, the outcome for each comment."""
    return bulk_page(_bulk_or_404(bulk_id), shown_message())


@blueprint.get(f"{BULK}/progress", endpoint="bulk_progress")
def show_progress(bulk_id: int) -> str:
    """The part of the page that changes while it is running."""
    bulk = _bulk_or_404(bulk_id)
    return fragment("bulk", **_context(bulk))


@blueprint.post(f"{BULK}/start", endpoint="start_bulk")
def start_proposed(bulk_id: int) -> ResponseReturnValue:
    """Start the proposed decision."""
    bulk = _bulk_or_404(bulk_id)
    form: BulkForm = BulkForm()  # type: ignore[no-untyped-call]
    if not form.validate():  # type: ignore[no-untyped-call]
        return bulk_page(bulk, bulk_messages.unreadable(form.errors)), 422
    values = {"reason": form.reason.data, "is_for_author": form.is_for_author.data}
    try:
        start(bulk_id, to=Status(form.to.data), moderator=moderator_or_401(), **values)
    except TransitionRefused as error:
        return bulk_page(bulk, messages.refused(error)), 422
    except BulkChanged:
        return bulk_page(_bulk_or_404(bulk_id), bulk_messages.not_now()), 409
    _run_first_batch(bulk_id)
    return redirect(url_for("moderation.bulk", bulk_id=bulk_id), 303)


@blueprint.post(f"{BULK}/stop", endpoint="stop_bulk")
def stop_running(bulk_id: int) -> ResponseReturnValue:
    """Stop the decision; decide on no more comments."""
    _bulk_or_404(bulk_id)
    stop(bulk_id)
    return redirect(url_for("moderation.bulk", bulk_id=bulk_id), 303)


@blueprint.post(f"{BULK}/undo", endpoint="undo_bulk")
def undo_all(bulk_id: int) -> ResponseReturnValue:
    """Undo all of its decisions."""
    bulk = _bulk_or_404(bulk_id)
    try:
        back = undo_bulk(bulk_id, moderator=moderator_or_401())
    except BulkChanged:
        return bulk_page(bulk, bulk_messages.not_now()), 409
    return _run_and_show(back.id)


def bulk_page(bulk: BulkDecision, message: Message | None) -> str:
    """The page of one bulk decision, with ``message`` above it."""
    return render(
        "bulk",
        message=message,
        canned_reasons=canned_reasons(),
        reason=request.form.get("reason", ""),
        is_for_author="is_for_author" in request.form,
        **_context(bulk),
    )


def _context(bulk: BulkDecision) -> dict[str, object]:
    outcome = request.args.get("outcome", "")
    wanted = MemberOutcome(outcome) if outcome in set(MemberOutcome) else None
    page = members_page(bulk, wanted, request.args.get("after", 0, type=row_id))
    view = view_of(bulk) or QueueFilter(Status(bulk.from_status))
    return {"bulk": bulk, "page": page, "can_undo": bulk.id in undoable([bulk]), "next": view.address}


def _run_and_show(bulk_id: int) -> ResponseReturnValue:
    """Decide on the first batch, then redirect to the page before, or to the progress if there is more to do."""
    _run_first_batch(bulk_id)
    bulk = _bulk_or_404(bulk_id)
    address = request.form.get("next")
    if wants_fragment():
        cards = [] if bulk.is_running else bulk_cards(bulk)
        return fragment(
            "bulk_decided", bulk=bulk, cards=cards, message=bulk_message(bulk_id), next=safe_next_url(address)
        )
    if bulk.is_running:
        return redirect(url_for("moderation.bulk", bulk_id=bulk_id), 303)
    return redirect(after_decision(address, bulk_id, "bulk"), 303)


def _run_first_batch(bulk_id: int) -> None:
    """Run the first batch, which finishes most bulk decisions. The worker continues the others, also after errors."""
    try:
        run_batch(bulk_id)
    except OperationalError:
        db.session.rollback()


def _refuse(message: Message) -> ResponseReturnValue:
    """Show why nothing was saved, on the page where the comments were chosen, with the moderator's input."""
    if wants_fragment():
        return fragment("bulk_decided", bulk=None, cards=[], message=message, next=""), 422
    return queue_page(message, safe_next_url(request.form.get("next"))), 422


def _bulk_or_404(bulk_id: int) -> BulkDecision:
    return find_bulk(bulk_id) or abort(404)
