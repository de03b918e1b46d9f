"""Errors when an account cannot be created or changed. Each message says how to fix it."""

from blog.errors import OperatorError


class AccountRefused(OperatorError):
    """An account cannot be created or changed like this. The message says why and how to fix it."""


class NameTaken(AccountRefused):
    """Another account has this name, or one that looks like it."""


class NameUnusable(AccountRefused):
    """A name is empty, too long, or has characters that cannot be seen."""


class LastAdministrator(AccountRefused):
    """The last administrator cannot be removed."""
