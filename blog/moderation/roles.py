"""The three roles of accounts, and which views each may request.

Each may request everything that the one before may, and more.
"""

from enum import StrEnum

ADMINISTRATORS = frozenset(
    {
        "moderation.reasons",
        "moderation.save_reasons",
        "moderation.accounts",
        "moderation.account_log",
        "moderation.invite",
        "moderation.revoke_invitation",
        "moderation.change_role",
        "moderation.change_status",
        "moderation.end_all_sessions",
        "moderation.reset_second_factor",
        "moderation.site",
        "moderation.check_site",
        "moderation.sync_site",
    }
)
"""The endpoints that only administrators may request."""

SECOND_FACTORS = frozenset(
    {
        "moderation.account",
        "moderation.authenticator",
        "moderation.add_authenticator",
        "moderation.remove_authenticator",
        "moderation.make_recovery_codes",
        "moderation.new_passkey_options",
        "moderation.add_passkey",
        "moderation.remove_passkey",
        "moderation.logout",
    }
)
"""The endpoints that stay open to somebody who must add a second factor first."""

OWN_ACCOUNT = SECOND_FACTORS | {"moderation.change_password", "moderation.end_session"}
"""The endpoints that change one's own account, which every role may use."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Role(StrEnum):
    """A role: what an account may do."""

    VIEWER = "viewer"
    """Reads the moderators' pages."""
    MODERATOR = "moderator"
    """Decides on comments."""
    ADMINISTRATOR = "administrator"
    """Manages accounts, reasons and the site's page, and removes the rules of others."""

    def includes(self, other: "Role") -> bool:
        """Whether this role may do all that ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


def required_role(endpoint: str, method: str) -> Role:
    """The lowest role that may send a request with ``method`` to ``endpoint``."""
    if endpoint in ADMINISTRATORS:
        return Role.ADMINISTRATOR
    return Role.VIEWER if method in READING or endpoint in OWN_ACCOUNT else Role.MODERATOR
