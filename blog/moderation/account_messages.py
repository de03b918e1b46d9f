"""What pages say of accounts: roles, browsers, and sentences of the log."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from blog.moderation.account_log import Action
from blog.moderation.models import AccountEvent
from blog.moderation.roles import Role

ROLE_NAMES: dict[str, LazyString] = {
    Role.VIEWER: lazy_gettext("Viewer"),
    Role.MODERATOR: lazy_gettext("Moderator"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}

SENTENCES: dict[str, LazyString] = {
    Action.ADDED: lazy_gettext("%(who)s added the account %(whose)s."),
    Action.INVITED: lazy_gettext("%(who)s made an invitation."),
    Action.INVITATION_REVOKED: lazy_gettext("%(who)s revoked an invitation."),
    Action.JOINED: lazy_gettext("%(whose)s joined, invited by %(who)s."),
    Action.JOINED_BY_PROVIDER: lazy_gettext("%(whose)s joined through the sign-in provider."),
    Action.ROLE_CHANGED: lazy_gettext("%(who)s changed the role of %(whose)s."),
    Action.DISABLED: lazy_gettext("%(who)s disabled the account %(whose)s."),
    Action.ENABLED: lazy_gettext("%(who)s let %(whose)s sign in again."),
    Action.PASSWORD_CHANGED: lazy_gettext("%(whose)s changed their password."),
    Action.PASSWORD_RESET: lazy_gettext("%(who)s gave %(whose)s another password."),
    Action.TOTP_ADDED: lazy_gettext("%(whose)s added an authenticator app."),
    Action.TOTP_REMOVED: lazy_gettext("%(whose)s removed their authenticator app."),
    Action.PASSKEY_ADDED: lazy_gettext("%(whose)s added a passkey."),
    Action.PASSKEY_REMOVED: lazy_gettext("%(whose)s removed a passkey."),
    Action.RECOVERY_CODES_MADE: lazy_gettext("%(whose)s made new recovery codes."),
    Action.RECOVERY_CODE_USED: lazy_gettext("%(whose)s signed in with a recovery code."),
    Action.SECOND_FACTOR_RESET: lazy_gettext("%(who)s reset the second factor of %(whose)s."),
    Action.SESSION_ENDED: lazy_gettext("%(whose)s ended one of their sessions."),
    Action.SESSIONS_ENDED: lazy_gettext("%(who)s ended all sessions of %(whose)s."),
}

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
"""What stands in a User-Agent, in the order in which to look: a later one is often in it too."""


def role_name(role: str) -> str:
    """A role in the language of the site."""
    return str(ROLE_NAMES[role])


def event_sentence(event: AccountEvent) -> str:
    """Who did what to whose account."""
    actor = event.actor.name if event.actor else gettext("The command line")
    if event.actor is None and event.action == Action.ROLE_CHANGED and event.moderator and event.moderator.oidc_subject:
        actor = gettext("The sign-in provider")
    whose = event.moderator.name if event.moderator else ""
    return str(SENTENCES[event.action]) % {"who": actor, "whose": whose}


def event_detail(event: AccountEvent) -> str:
    """What more the log says: roles in the language of the site, a name as it was given."""
    parts = event.detail.split(" → ")
    return " → ".join(role_name(part) if part in ROLE_NAMES else part for part in parts)


def browser_name(user_agent: str) -> str:
    """A short name for a browser, such as “Firefox, Linux”; the start of its User-Agent if it is not known."""
    browser = next((name for part, name in BROWSERS.items() if part in user_agent), "")
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or user_agent[:40] or gettext("Unknown browser")
