"""What authors can request on a receipt by mail: news of the comment, and the receipt's own link."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.comments import refusals, subscriptions
from blog.comments.receipt_views import blueprint, find_or_404, receipt_page
from blog.config import settings
from blog.rate_limits import RateLimitExceeded, rate_limited
from blog.same_origin import is_same_origin


@blueprint.post("/<token>/subscription", endpoint="subscription")
def subscribe_to_comment(token: str) -> ResponseReturnValue:
    """Start or end mail about the comment."""
    comment = find_or_404(token)
    if not is_same_origin(request, settings.url):
        return receipt_page(comment, token, 403, refusals.from_another_site())
    if "end" in request.form:
        subscriptions.unsubscribe(comment.id)
        return redirect(url_for("receipts.show", token=token), 303)
    subscriptions.subscribe(comment.id)
    return redirect(url_for("receipts.show", token=token, mail="asked"), 303)


@blueprint.post("/<token>/mailed-link", endpoint="mailed_link")
def mail_link(token: str) -> ResponseReturnValue:
    """Mail the receipt's link to the comment's address. The response does not reveal whether a limit was reached."""
    comment = find_or_404(token)
    if not is_same_origin(request, settings.url):
        return receipt_page(comment, token, 403, refusals.from_another_site())
    try:
        _send_link(comment.id)
    except RateLimitExceeded:
        return refusals.retry_later(receipt_page(comment, token, 429, refusals.too_fast()))
    return redirect(url_for("receipts.show", token=token, mail="link"), 303)


@rate_limited(lambda: settings.comment_rate)
def _send_link(comment_id: int) -> None:
    subscriptions.send_link(comment_id)
