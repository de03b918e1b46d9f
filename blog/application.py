"""The application class: Flask, whose log never holds an address that is a secret."""

from types import TracebackType

from flask import Flask, request

ExceptionInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]


class Blog(Flask):
    """Flask that logs the rule of an address, such as ``/comments/<token>``, in place of the address."""

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log an unexpected error. The address may hold the token of a receipt, so it is left out."""
        self.logger.error("Exception on %s [%s]", request.url_rule or "no rule", request.method, exc_info=exc_info)
