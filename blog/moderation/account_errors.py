"""Why an account cannot be made or changed. Each message says how to fix it."""

from blog.errors import OperatorError


class AccountRefused(OperatorError):
    """An account cannot be made or changed as asked; the text says why and how to fix it."""


class NameTaken(AccountRefused):
    """Somebody has this name already, or one that looks like it."""


class NameUnusable(AccountRefused):
    """A name is empty, too long, or has characters that cannot be seen."""


class LastAdministrator(AccountRefused):
    """Without this administrator there would be none."""
