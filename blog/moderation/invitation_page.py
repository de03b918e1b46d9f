"""The page behind an invitation's link, where somebody becomes a moderator."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.moderation import invitations, known_browsers, sessions
from blog.moderation.account_errors import NameTaken, NameUnusable
from blog.moderation.account_forms import JoinForm
from blog.moderation.account_messages import ROLE_NAMES
from blog.moderation.blueprint import blueprint, render
from blog.moderation.invitations import InvitationOver


@blueprint.get("/invitations/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """The form to join with, if the invitation can be used."""
    return invitation_page(token, JoinForm(formdata=None))


@blueprint.post("/invitations/<token>")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Create the account, and sign in to it."""
    form = JoinForm()
    # The link is checked first: judging a password takes time, and only invited people may cause that work.
    if invitations.find(token) is None or not form.validate():
        return invitation_page(token, form, 422)
    try:
        moderator = invitations.accept(token, form.name.data, form.password.data)
    except NameTaken:
        form.name.errors = (gettext("Somebody has this name already. Choose another."),)
    except NameUnusable:
        form.name.errors = (gettext("A name has 1 to 80 characters that can be seen. Choose another."),)
    except InvitationOver:
        return invitation_page(token, form)
    else:
        sessions.start(moderator)
        known_browsers.remember(moderator.name_key)
        return redirect(url_for("moderation.queue"), 303)
    return invitation_page(token, form, 422)


def invitation_page(token: str, form: JoinForm, status: int = 200, error: str = "") -> ResponseReturnValue:
    """The page with ``form``, or with an error if the invitation cannot be used any more."""
    found = invitations.find(token)
    if found is None:
        return render("invitation", invitation=None, form=form, error=""), 410
    role = str(ROLE_NAMES[found.role])
    return render("invitation", invitation=found, role=role, form=form, token=token, error=error), status
