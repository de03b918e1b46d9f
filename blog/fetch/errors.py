"""Exceptions for failed requests to other servers, each with a hint for the operator on how to fix it."""

import json
import re

from blog.errors import OperatorError

USER = re.compile("^([^/]*//)[^/]*@")
"""The beginning of a URL up to the user name and the password."""


class FetchError(OperatorError):
    """A request failed. ``why`` is the reason, without the address; ``what`` is both, without the hint for a source."""

    hint = "The next sync tries again."
    may_pass = False
    """Whether another try a little later may succeed."""

    def __init__(self, url: str, why: str) -> None:
        self.what = f"{without_secrets(url)} {why}"
        super().__init__(f"{self.what}. {self.hint}")
        self.url = url
        self.why = why


class Unreachable(FetchError):
    """The connection to the server could not be opened, or it broke."""

    hint = "Check that the server runs and that the address in BLOG_SOURCE is right."
    may_pass = True


class UnknownHost(Unreachable):
    """The host name does not resolve to an address, or not in time."""

    hint = "Check that the address in BLOG_SOURCE is right, and that this machine’s DNS works."


class BadCertificate(FetchError):
    """The TLS certificate has expired, is self-signed, or belongs to another host."""

    hint = (
        "Renew the certificate; if it is signed by an authority of your own, put that authority’s certificate into a "
        "file and name it in the environment variable SSL_CERT_FILE. If the date above is wrong, set the clock."
    )


class TooSlow(FetchError):
    """The response did not arrive completely within the time limit."""

    hint = "See why that server is slow; the next sync tries again."
    may_pass = True


class ServerFailed(FetchError):
    """The server reports a problem of its own (a status of 500 or more), or too many requests (429)."""

    hint = "Look into that server’s log; the next sync tries again."
    may_pass = True

    def __init__(self, url: str, why: str, pause: float | None = None) -> None:
        super().__init__(url, why)
        self.pause = pause
        """How many seconds the server asks to wait, if it says so."""


class Garbled(FetchError):
    """The response is damaged or has the wrong format: not JSON, not UTF-8, or badly compressed."""

    hint = "Check that the address in BLOG_SOURCE is the CMS itself, and not a page in front of it."


class TooLarge(FetchError):
    """The response is larger than the limit."""

    hint = "Larger answers are not read."


class BadRedirect(FetchError):
    """There are too many redirects, or one cannot be followed."""

    hint = "Set BLOG_SOURCE to the final address."


class NotAllowed(FetchError):
    """The address is in a private network and was not configured by the operator, or it is not an http(s) address."""

    hint = "Only public addresses and the host in BLOG_SOURCE are allowed."


class Refused(FetchError):
    """The server rejects the request with a status of 300 to 499, except 429."""

    hint = "Check that the keys and the address in BLOG_SOURCE are right."

    def __init__(self, url: str, status: int, body: bytes = b"", remark: str = "") -> None:
        super().__init__(url, f"answered {status}{_message_in(body)}{remark}")
        self.status = status
        self.body = body


class Unauthorised(Refused):
    """The key is missing, wrong or not allowed to do this (401 or 403)."""

    hint = "Correct BLOG_SOURCE_KEY or BLOG_SOURCE_ADMIN_KEY."


class Gone(Refused):
    """There is nothing at that address (404 or 410)."""


def without_secrets(url: str) -> str:
    """Return ``url`` in one line, without query, fragment, user name and password, which may contain keys."""
    # Without urlsplit(), which raises ValueError for some invalid addresses, such as https://[oops]/.
    address = re.split("[?#]", " ".join(url.split()), maxsplit=1)[0]
    return USER.sub(r"\1", address)


def _message_in(body: bytes) -> str:
    """Return the server's error message if ``body`` has one in a usual JSON form; otherwise an empty text."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    errors = content.get("errors") if isinstance(content, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else content
    message = errors if isinstance(errors, str) else first.get("message") if isinstance(first, dict) else None
    if not isinstance(message, str):
        return ""
    # Another server has written it, and a terminal may show it, so escape sequences and line ends are removed.
    shown = "".join(c for c in " ".join(message.split())[:200] if c.isprintable()).rstrip(".")
    return f" (“{shown}”)" if shown else ""
