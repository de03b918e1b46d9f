"""The texts about accounts: roles, browsers, and sentences of the log."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from blog.moderation.account_log import AccountAction
from blog.moderation.models import AccountEvent
from blog.moderation.roles import Role

ROLE_NAMES: dict[str, LazyString] = {
    Role.VIEWER: lazy_gettext("Viewer"),
    Role.MODERATOR: lazy_gettext("Moderator"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}

SENTENCES: dict[str, LazyString] = {
    AccountAction.ADDED: lazy_gettext("%(who)s added the account %(whose)s."),
    AccountAction.INVITED: lazy_gettext("%(who)s made an invitation."),
    AccountAction.INVITATION_REVOKED: lazy_gettext("%(who)s revoked an invitation."),
    AccountAction.JOINED: lazy_gettext("%(whose)s joined, invited by %(who)s."),
    AccountAction.JOINED_BY_PROVIDER: lazy_gettext("%(whose)s joined through the sign-in provider."),
    AccountAction.ROLE_CHANGED: lazy_gettext("%(who)s changed the role of %(whose)s."),
    AccountAction.DISABLED: lazy_gettext("%(who)s disabled the account %(whose)s."),
    AccountAction.ENABLED: lazy_gettext("%(who)s let %(whose)s sign in again."),
    AccountAction.PASSWORD_CHANGED: lazy_gettext("%(whose)s changed their password."),
    AccountAction.PASSWORD_RESET: lazy_gettext("%(who)s gave %(whose)s another password."),
    AccountAction.TOTP_ADDED: lazy_gettext("%(whose)s added an authenticator app."),
    AccountAction.TOTP_REMOVED: lazy_gettext("%(whose)s removed their authenticator app."),
    AccountAction.PASSKEY_ADDED: lazy_gettext("%(whose)s added a passkey."),
    AccountAction.PASSKEY_REMOVED: lazy_gettext("%(whose)s removed a passkey."),
    AccountAction.RECOVERY_CODES_MADE: lazy_gettext("%(whose)s made new recovery codes."),
    AccountAction.RECOVERY_CODE_USED: lazy_gettext("%(whose)s signed in with a recovery code."),
    AccountAction.RECOVERY_CODES_REMOVED: lazy_gettext(
        "The recovery codes of %(whose)s were deleted with their last second factor."
    ),
    AccountAction.SECOND_FACTOR_RESET: lazy_gettext("%(who)s reset the second factor of %(whose)s."),
    AccountAction.SESSION_ENDED: lazy_gettext("%(whose)s ended one of their sessions."),
    AccountAction.SESSIONS_ENDED: lazy_gettext("%(who)s ended all sessions of %(whose)s."),
    AccountAction.COMMENTS_CLOSED: lazy_gettext("%(who)s closed the comments on an article."),
    AccountAction.COMMENTS_OPENED: lazy_gettext("%(who)s opened the comments on an article again."),
    AccountAction.COMMENT_EDITED: lazy_gettext("%(who)s edited a comment."),
    AccountAction.EDIT_UNDONE: lazy_gettext("%(who)s undid the edit of a comment."),
    AccountAction.THREAD_CLOSED: lazy_gettext("%(who)s closed a thread of comments."),
    AccountAction.THREAD_OPENED: lazy_gettext("%(who)s opened a thread of comments again."),
}

ROLE_ACTIONS = {
    AccountAction.ADDED,
    AccountAction.INVITED,
    AccountAction.INVITATION_REVOKED,
    AccountAction.JOINED,
    AccountAction.JOINED_BY_PROVIDER,
    AccountAction.ROLE_CHANGED,
}
"""The events whose detail is a role, or the former and the new one."""

BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
"""Parts of a User-Agent, in the order in which they are searched: later ones are often in it, too."""


def role_name(role: str) -> str:
    """A role in the language of the site."""
    return str(ROLE_NAMES[role])


def event_sentence(event: AccountEvent) -> str:
    """The sentence of an event in the log: who did what to whose account."""
    actor = event.actor.name if event.actor else gettext("The command line")
    # The log has no actor for the command line, and none for the provider, which sets the role of its accounts at each
    # sign-in. So a role that the command line gives to such an account is shown as the provider's, too.
    if (
        event.actor is None
        and event.action == AccountAction.ROLE_CHANGED
        and event.moderator
        and event.moderator.oidc_subject
    ):
        actor = gettext("The sign-in provider")
    whose = event.moderator.name if event.moderator else ""
    return str(SENTENCES[event.action]) % {"who": actor, "whose": whose}


def event_detail(event: AccountEvent) -> str:
    """The detail of an event in the log: roles in the language of the site, all else unchanged."""
    if event.action not in ROLE_ACTIONS:
        return event.detail
    return " → ".join(map(role_name, event.detail.split(" → ")))


def browser_name(user_agent: str) -> str:
    """A short name for a browser, such as “Firefox, Linux”; the start of its User-Agent if it is not known."""
    browser = next((name for part, name in BROWSERS.items() if part in user_agent), "")
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or user_agent[:40] or gettext("Unknown browser")
