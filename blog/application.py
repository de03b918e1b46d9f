"""The application class: Flask, but without secret URLs in its log."""

from types import TracebackType

from flask import Flask, request

ExceptionInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]


class Blog(Flask):
    """Logs the URL rule, such as ``/comments/<token>``, and not the URL."""

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log an unexpected error without the URL, which may contain the token of a receipt."""
        self.logger.error("Exception on %s [%s]", request.url_rule or "no rule", request.method, exc_info=exc_info)
