"""The pages that links in mails open. Opening one changes nothing, because programs that scan mail open links, too."""

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.comments import refusals, subscriptions
from blog.comments.models import Comment
from blog.comments.notices.links import Purpose, find_linked
from blog.comments.receipts import token_of
from blog.config import settings
from blog.extensions import db
from blog.headers import make_private
from blog.mail import blocked_addresses
from blog.same_origin import is_same_origin
from blog.theming import theme

blueprint = Blueprint("mail", __name__, url_prefix="/comments/mail")
blueprint.after_request(make_private)


@blueprint.get("/confirmation/<token>", endpoint="confirmation", defaults={"purpose": Purpose.CONFIRM})
@blueprint.get("/unsubscription/<token>", endpoint="unsubscription", defaults={"purpose": Purpose.UNSUBSCRIBE})
@blueprint.get("/block/<token>", endpoint="block", defaults={"purpose": Purpose.BLOCK})
def show(token: str, purpose: Purpose) -> ResponseReturnValue:
    """The page of a link, with the button for its purpose."""
    return _page(find_linked(token, purpose), purpose)


@blueprint.post("/confirmation/<token>", endpoint="confirm")
def confirm_comment(token: str) -> ResponseReturnValue:
    """Confirm the comment, then show its receipt. Doing it twice is the same as once."""
    comment = find_linked(token, Purpose.CONFIRM)
    if comment is None or not is_same_origin(request, settings.url):
        return _page(comment, Purpose.CONFIRM, is_refused=comment is not None)
    subscriptions.confirm(comment.id)
    receipt = token_of(comment)
    if receipt is None:
        db.session.refresh(comment)
        return _page(comment, Purpose.CONFIRM)
    return redirect(url_for("receipts.show", token=receipt, mail="confirmed"), 303)


@blueprint.post("/unsubscription/<token>", endpoint="unsubscribe")
def unsubscribe(token: str) -> ResponseReturnValue:
    """End mail about one comment. Mail programs send this by themselves (RFC 8058), without a page of this site."""
    comment = find_linked(token, Purpose.UNSUBSCRIBE)
    if comment is not None:
        subscriptions.unsubscribe(comment.id)
        db.session.refresh(comment)
    return _page(comment, Purpose.UNSUBSCRIBE)


@blueprint.post("/block/<token>", endpoint="set_block")
def set_block(token: str) -> ResponseReturnValue:
    """End all mail to an address, or allow it again. Mail programs send this, too (RFC 8058)."""
    comment = find_linked(token, Purpose.BLOCK)
    if comment is not None:
        subscriptions.set_block(comment, is_blocked="allow" not in request.form)
    return _page(comment, Purpose.BLOCK)


def _page(comment: Comment | None, purpose: Purpose, *, is_refused: bool = False) -> Response:
    page = theme.render(
        "comments/mail_link.html",
        comment=comment,
        purpose=purpose,
        reason=refusals.from_another_site() if is_refused else "",
        is_blocked=comment is not None and blocked_addresses.is_blocked(db.session(), comment.email),
    )
    status = 403 if is_refused else 404 if comment is None else 200
    return make_response(page, status)
