"""Single requests to a server on this machine."""

from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class HTTPResponse:
    """The response to one request."""

    status: int
    headers: Message
    text: str


def ask(
    port: int, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> HTTPResponse:
    """The response to one request over a new connection.

    :raises OSError: there is no server, or it closed the connection.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return HTTPResponse(response.status, response.headers, response.read().decode(errors="replace"))
    except HTTPException as error:
        raise ConnectionError(f"{method} {path} was not answered to its end") from error
    finally:
        connection.close()


def answers(port: int) -> bool:
    """Whether a healthy blog listens on ``port``."""
    try:
        return ask(port, "GET", "/").status < 500
    except OSError:
        return False
