"""Responds to a form without a valid CSRF token: nothing is changed, and the form returns with a new token.

This happens when somebody has signed in again since the page with the form was loaded.
"""

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from blog.moderation import access, messages
from blog.moderation.account_forms import JoinForm
from blog.moderation.blueprint import blueprint
from blog.moderation.canned_reasons import reasons_page
from blog.moderation.edit_views import edit_page
from blog.moderation.forms import LoginForm, ModeratorEditForm, ReasonsForm
from blog.moderation.invitation_page import invitation_page
from blog.moderation.login import login_page
from blog.moderation.next_url import safe_next_url
from blog.moderation.views import comment_or_404, comment_page, queue_page


@blueprint.errorhandler(CSRFError)
def explain_stale_form(_: CSRFError) -> ResponseReturnValue | HTTPException:
    """The page with the form, or a refusal.

    The token is checked before :func:`access.check_access` runs, so that is called here.
    """
    try:
        return access.check_access() or _page()
    except (HTTPException, SQLAlchemyError) as error:
        # Flask itself does not call error handlers for an error in one of them.
        return current_app.handle_user_exception(error)


def _page() -> ResponseReturnValue:
    arguments, message = request.view_args or {}, messages.stale()
    if request.endpoint == "moderation.accept_invitation":
        return invitation_page(arguments["token"], JoinForm(), 400, message.text)
    if request.endpoint in access.OPEN:
        return login_page(LoginForm(), message.text), 400
    if request.endpoint == "moderation.save_reasons":
        return reasons_page(ReasonsForm(), message.text), 400
    address = safe_next_url(request.form.get("next"))
    if "comment_id" not in arguments:
        return queue_page(message, address), 400
    comment = comment_or_404(arguments["comment_id"])
    if request.endpoint == "moderation.save_edit":
        return edit_page(comment, ModeratorEditForm(), message), 400
    return comment_page(comment, message, reason=request.form.get("reason", ""), address=address), 400
