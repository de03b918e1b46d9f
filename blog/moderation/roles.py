"""The three roles of accounts. Each may do everything that the one before may, and more."""

from enum import StrEnum


class Role(StrEnum):
    """A role: what an account may do."""

    VIEWER = "viewer"
    """Reads the moderators' pages."""
    MODERATOR = "moderator"
    """Decides on comments."""
    ADMINISTRATOR = "administrator"
    """Manages accounts, blocks and the site's page."""

    def includes(self, other: "Role") -> bool:
        """Whether this role may do all that ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)
