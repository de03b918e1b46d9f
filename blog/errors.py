"""The base class of errors that the operator can fix. Readers see the pages of :mod:`blog.error_pages`."""


class OperatorError(Exception):
    """A problem that the operator can fix. The message is one line: what happened, and how to fix it."""
