"""The receipt: where authors see what became of a comment, edit it, withdraw it, restore it and ask for mail."""

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.comments import receipts, refusals, subscriptions
from blog.comments.editing import EditRefused, edit, edit_deadline
from blog.comments.forms import EditForm
from blog.comments.models import AuthorRole, Comment
from blog.comments.policy import comment_policy
from blog.comments.receipts import receipt_state
from blog.comments.responses import live_preview, wants_json
from blog.comments.withdrawal import restorable_until, restore, withdraw
from blog.config import CommentPolicy, settings
from blog.extensions import db
from blog.headers import make_private
from blog.mail import is_configured
from blog.rate_limits import RateLimitExceeded, rate_limited
from blog.same_origin import is_same_origin
from blog.theming import theme

blueprint = Blueprint("receipts", __name__, url_prefix="/comments")
blueprint.after_request(make_private)


@blueprint.before_request
def refuse_other_sites() -> ResponseReturnValue | None:
    """Show the form or the receipt again, with status 403, if another site sent the request."""
    if request.method != "POST" or is_same_origin(request, settings.url):
        return None
    token = (request.view_args or {})["token"]
    comment, reason = _find_or_404(token), refusals.from_another_site()
    if request.endpoint == "receipts.edit":
        return _edit_page(comment, token, EditForm(), 403, reason)
    return _receipt_page(comment, token, 403, reason)


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """The comment, its state in plain words, and what its author can do."""
    return _receipt_page(_find_or_404(token), token)


@blueprint.get("/<token>/edit")
def edit_form(token: str) -> ResponseReturnValue:
    """The form with the current text. When the time for editing is over, redirect to the receipt."""
    comment = _find_or_404(token)
    if edit_deadline(comment) is None:
        return redirect(url_for("receipts.show", token=token), 303)
    form = EditForm(formdata=None, data={"body": comment.body, "revision": comment.revision})
    return _edit_page(comment, token, form, 200)


@blueprint.post("/<token>/edit", endpoint="edit")
def edit_comment(token: str) -> ResponseReturnValue:
    """Store the text as a new revision, or show it again with an error. With ``?preview``, nothing is stored."""
    comment, form = _find_or_404(token), EditForm()
    try:
        if "preview" in request.args:
            return _preview(comment, token, form)
        if not _validate(form):
            return _edit_page(comment, token, form, 422)
        _edit(comment, form)
    except RateLimitExceeded:
        return refusals.retry_later(_edit_page(comment, token, form, 429, refusals.too_fast()))
    except EditRefused as error:
        db.session.refresh(comment)
        # The page shows the current text beside this one, so the form may replace it when it is sent again. WTForms
        # shows raw_data if there is any, and data otherwise.
        form.revision.raw_data, form.revision.data = None, comment.revision
        return _edit_page(comment, token, form, 409, str(error), is_changed=True)
    return redirect(url_for("receipts.show", token=token), 303)


@blueprint.get("/<token>/withdrawal")
@blueprint.get("/<token>/restoration")
@blueprint.get("/<token>/subscription")
@blueprint.get("/<token>/mailed-link")
def redirect_to_receipt(token: str) -> ResponseReturnValue:
    """Redirect to the receipt. Authors come here when they reload a refused request."""
    return redirect(url_for("receipts.show", token=token), 303)


@blueprint.post("/<token>/withdrawal", endpoint="withdrawal")
def withdraw_comment(token: str) -> ResponseReturnValue:
    """Withdraw the comment. Doing it twice is the same as once."""
    withdraw(_find_or_404(token).id)
    return redirect(url_for("receipts.show", token=token), 303)


@blueprint.post("/<token>/restoration", endpoint="restoration")
def restore_comment(token: str) -> ResponseReturnValue:
    """Restore the withdrawn comment to the state that it had; a comment that is not withdrawn stays as it is."""
    restore(_find_or_404(token).id)
    return redirect(url_for("receipts.show", token=token), 303)


@blueprint.post("/<token>/subscription", endpoint="subscription")
def subscribe_to_comment(token: str) -> ResponseReturnValue:
    """Start or end mail about the comment."""
    comment = _find_or_404(token)
    if "end" in request.form:
        subscriptions.unsubscribe(comment.id)
        return redirect(url_for("receipts.show", token=token), 303)
    subscriptions.subscribe(comment.id)
    return redirect(url_for("receipts.show", token=token, mail="asked"), 303)


@blueprint.post("/<token>/mailed-link", endpoint="mailed_link")
def mail_link(token: str) -> ResponseReturnValue:
    """Mail the receipt's link to the comment's address. The response does not reveal whether a limit was reached."""
    comment = _find_or_404(token)
    try:
        _send_link(comment.id)
    except RateLimitExceeded:
        return refusals.retry_later(_receipt_page(comment, token, 429, refusals.too_fast()))
    return redirect(url_for("receipts.show", token=token, mail="link"), 303)


# Cleaning a text takes up to 50 ms, so each attempt is counted before it, also those with errors.
@rate_limited(lambda: settings.comment_attempt_rate)
def _validate(form: EditForm) -> bool:
    return bool(form.validate())


@rate_limited(lambda: settings.comment_rate)
def _edit(comment: Comment, form: EditForm) -> None:
    edit(comment.id, form, comment_policy(comment.article, settings, comment.submitted_at))


@rate_limited(lambda: settings.comment_preview_rate)
def _preview(comment: Comment, token: str, form: EditForm) -> Response:
    is_valid = form.validate()
    if wants_json():
        return live_preview(form, comment.name, comment.website)
    return _edit_page(comment, token, form, 200 if is_valid else 422, preview=is_valid)


@rate_limited(lambda: settings.comment_rate)
def _send_link(comment_id: int) -> None:
    subscriptions.send_link(comment_id)


def _find_or_404(token: str) -> Comment:
    return receipts.find_comment(token) or abort(404)


def _receipt_page(comment: Comment, token: str, status: int = 200, reason: str = "") -> Response:
    """The receipt of ``comment``, with ``reason`` above it."""
    page = theme.render(
        "comments/receipt.html",
        comment=comment,
        token=token,
        state=receipt_state(comment),
        edit_until=edit_deadline(comment),
        restore_until=restorable_until(comment),
        reason=reason,
        offers_mail=is_configured(settings) and comment.author_role == AuthorRole.READER,
        mail=request.args.get("mail", ""),
        is_first=comment_policy(comment.article, settings, comment.submitted_at) is CommentPolicy.FIRST,
    )
    return make_response(page, status)


def _edit_page(
    comment: Comment,
    token: str,
    form: EditForm,
    status: int,
    reason: str = "",
    *,
    preview: bool = False,
    is_changed: bool = False,
) -> Response:
    """The edit form as it was filled in. With ``is_changed``, it shows the current comment beside it."""
    # The field is hidden, so nobody would see its own error.
    if form.revision.errors and not reason:
        reason = gettext("That form could not be read. Please send it again.")
        form.revision.raw_data, form.revision.data = None, comment.revision
    if reason:
        form.form_errors.append(reason)
    page = theme.render(
        "comments/edit.html",
        comment=comment,
        token=token,
        form=form,
        edit_until=edit_deadline(comment),
        preview=preview,
        is_changed=is_changed,
    )
    return make_response(page, status)
