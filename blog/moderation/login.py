"""Who may come in: signing in and out, and the guard before every other page."""

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_limiter import RequestLimit

from blog.database import utc_now
from blog.extensions import limiter
from blog.moderation import accounts, sessions
from blog.moderation.blueprint import blueprint, render
from blog.moderation.forms import LoginForm
from blog.moderation.next_url import here, own_page

OPEN_ENDPOINTS = frozenset({"moderation.login", "moderation.sign_in"})
"""What a stranger may ask for. Everything else in the blueprint is closed."""

FAILURES_OF_NETWORK = "20 per 15 minutes"
FAILURES_OF_ACCOUNT = "10 per 15 minutes"


@blueprint.before_request
def refuse_strangers() -> ResponseReturnValue | None:
    """Let moderators through, and everybody to what is open by name."""
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    if sessions.signed_in() is not None:
        sessions.touch()
        return None
    if request.accept_mimetypes and not request.accept_mimetypes.accept_html:
        abort(401)
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("moderation.login", next=here()))
    return sign_in_first(), 401


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """The form with which to sign in."""
    address = request.args.get("next")
    if sessions.signed_in() is not None:
        return redirect(own_page(address))
    return login_page(LoginForm(formdata=None, next=address))


def has_failed(response: Response) -> bool:
    """Whether an attempt to sign in named a wrong name or password; no other attempt counts."""
    return response.status_code == 401


def account_named() -> str:
    """The account that an attempt is aimed at, whether there is one or not."""
    return f"account {accounts.name_key(request.form.get('name', ''))[: accounts.MAX_NAME_KEY]}"


def refuse_for_a_while(limit: RequestLimit) -> Response:
    """The form again, with the name but never the password."""
    seconds = max(1, int(limit.reset_at - utc_now().timestamp()))
    page = login_page(
        LoginForm(),
        ngettext(
            "There were too many attempts. Please try again in %(num)s minute.",
            "There were too many attempts. Please try again in %(num)s minutes.",
            -(-seconds // 60),
        ),
    )
    return make_response(page, 429, {"Retry-After": str(seconds)})


@blueprint.post("/login")
@limiter.limit(FAILURES_OF_NETWORK, deduct_when=has_failed, on_breach=refuse_for_a_while)
@limiter.limit(FAILURES_OF_ACCOUNT, key_func=account_named, deduct_when=has_failed, on_breach=refuse_for_a_while)
def sign_in() -> ResponseReturnValue:
    """Begin a session, and lead to where the moderator was about to go."""
    form = LoginForm()
    if not form.validate():
        return login_page(form), 422
    moderator = accounts.authenticate(form.name.data, form.password.data)
    if moderator is None:
        return login_page(form, gettext("This name and this password do not belong together.")), 401
    sessions.start(moderator)
    if form.reason.data:
        flash(form.reason.data, "reason")
    return redirect(own_page(form.next.data), 303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End the moderator's sessions on every device."""
    moderator = sessions.signed_in()
    if moderator is not None:
        sessions.end(moderator)
    flash(gettext("You are signed out, on every device."), "notice")
    return redirect(url_for("moderation.login"), 303)


def login_page(form: LoginForm, error: str = "") -> str:
    """The page with ``form`` on it."""
    return render("login", form=form, error=error, has_ended=sessions.has_ended())


def sign_in_first() -> str:
    """The answer to a form whose sender is not signed in any more: sign in, and find it again."""
    comment_id = (request.view_args or {}).get("comment_id")
    address = url_for("moderation.comment", comment_id=comment_id) if comment_id else ""
    form = LoginForm(formdata=None, next=address, reason=request.form.get("reason", ""))
    return login_page(form, gettext("Nothing was changed, because you are not signed in."))
