"""Refuses requests without calling the application. The responses are rendered once, so that a refusal is cheap."""

from typing import Any

from flask import Flask

from blog.error_pages import RETRY_AFTER_SECONDS, error_page, explanation
from blog.headers import HEADERS

CODES = (408, 503)

Headers = list[tuple[str, str]]


class Refusals:
    """Refusal responses: an HTML page for browsers, and a line of text in the site's language for other clients."""

    def __init__(self, app: Flask) -> None:
        with app.test_request_context():
            self._pages = {code: error_page(code).encode() for code in CODES}
            self._lines = {code: "{}. {}\n".format(*explanation(code)).encode() for code in CODES}

    def send(self, code: int, scope: Any, protocol: Any) -> None:  # noqa: ANN401 - Granian declares no type for them
        """Refuse a request with ``code``, and close its connection."""
        is_browser = "text/html" in (scope.headers.get("accept") or "")
        body = (self._pages if is_browser else self._lines)[code]
        protocol.response_bytes(code, _headers(code, "html" if is_browser else "plain"), body)


def _headers(code: int, kind: str) -> Headers:
    headers = [
        ("Content-Type", f"text/{kind}; charset=utf-8"),
        ("Cache-Control", "no-store"),
        # The rest of the body may still arrive, so the connection cannot be used for another request.
        ("Connection", "close"),
        *HEADERS.items(),
    ]
    if code == 503:
        headers.append(("Retry-After", str(RETRY_AFTER_SECONDS)))
    return headers
