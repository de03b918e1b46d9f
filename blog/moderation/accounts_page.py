"""The administrators' page: all accounts, invitations, and the log of accounts."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.config import settings
from blog.extensions import db
from blog.moderation import account_log, accounts, invitations, second_factor_setup, sessions
from blog.moderation.account_errors import LastAdministrator
from blog.moderation.account_forms import RoleForm, StatusForm
from blog.moderation.account_messages import ROLE_NAMES
from blog.moderation.blueprint import blueprint, render
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from blog.moderation.sessions import moderator_or_401
from blog.row_ids import MAX_ID, row_id
from blog.theming.site import absolute_url

ACCOUNT = f"/accounts/<int(max={MAX_ID}):account_id>"


@blueprint.get("/accounts/log", endpoint="account_log")
def show_log() -> str:
    """The log of accounts, newest first."""
    return render("account_log", page=account_log.event_page(request.args.get("before", type=row_id)))


@blueprint.post("/invitations")
def invite() -> ResponseReturnValue:
    """Create an invitation and show its link once."""
    form = RoleForm()
    if not form.validate():
        return accounts_page(form), 422
    token = invitations.invite(Role(form.role.data), moderator_or_401())
    return accounts_page(link=absolute_url("moderation.invitation", token=token)), 201


@blueprint.post(f"/invitations/<int(max={MAX_ID}):invitation_id>/revocation")
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    """Revoke an invitation."""
    if invitations.revoke(invitation_id, moderator_or_401()):
        return _back(gettext("The invitation is revoked."))
    return _back(gettext("That invitation was used or revoked already."))


@blueprint.post(f"{ACCOUNT}/role")
def change_role(account_id: int) -> ResponseReturnValue:
    """Change the role of an account."""
    account, form = db.get_or_404(Moderator, account_id), RoleForm()
    if not form.validate():
        return accounts_page(), 422
    try:
        accounts.change_role(account, Role(form.role.data), moderator_or_401())
    except LastAdministrator:
        return _refuse_last()
    role = str(ROLE_NAMES[form.role.data])
    return _back(gettext("%(name)s: the role is now %(role)s.", name=account.name, role=role))


@blueprint.post(f"{ACCOUNT}/status")
def change_status(account_id: int) -> ResponseReturnValue:
    """Disable or enable an account."""
    account, form = db.get_or_404(Moderator, account_id), StatusForm()
    if not form.validate():
        return accounts_page(), 422
    is_active = form.status.data == "active"
    try:
        accounts.set_active(account, is_active, moderator_or_401())
    except LastAdministrator:
        return _refuse_last()
    if is_active:
        return _back(gettext("%(name)s can sign in again.", name=account.name))
    return _back(gettext("%(name)s can no longer sign in.", name=account.name))


@blueprint.post(f"{ACCOUNT}/ended-sessions")
def end_all_sessions(account_id: int) -> ResponseReturnValue:
    """Sign an account out everywhere."""
    account = db.get_or_404(Moderator, account_id)
    accounts.end_sessions(account, moderator_or_401())
    return _back(gettext("%(name)s is signed out everywhere.", name=account.name))


@blueprint.post(f"{ACCOUNT}/second-factor-reset")
def reset_second_factor(account_id: int) -> ResponseReturnValue:
    """Remove the second factors of an account whose owner has lost them."""
    account = db.get_or_404(Moderator, account_id)
    second_factor_setup.reset(account, moderator_or_401())
    return _back(gettext("The second factor of %(name)s is reset.", name=account.name))


@blueprint.get("/accounts", endpoint="accounts")
def accounts_page(form: RoleForm | None = None, *, link: str = "", error: str = "") -> str:
    """All accounts and all open invitations; ``link`` is the link of a new one."""
    every = accounts.listing()
    return render(
        "accounts",
        accounts=every,
        last_seen=sessions.last_seen(),
        role_forms={account.id: RoleForm(formdata=None, role=account.role) for account in every},
        invitations=invitations.listing(),
        invitation_form=form or RoleForm(formdata=None),
        valid_hours=invitations.VALID_HOURS,
        is_local=settings.local_login,
        link=link,
        error=error,
    )


def _back(notice: str) -> ResponseReturnValue:
    flash(notice, "notice")
    # An administrator who has just given up the role must not see the accounts any more.
    endpoint = "moderation.accounts" if moderator_or_401().is_administrator else "moderation.queue"
    return redirect(url_for(endpoint), 303)


def _refuse_last() -> ResponseReturnValue:
    text = gettext("This is the last administrator. Make somebody else an administrator first.")
    return accounts_page(error=text), 409
