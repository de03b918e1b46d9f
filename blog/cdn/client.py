"""Sends a request to a shared cache, with limits on the time and on the size of the response."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpcore
import httpx

from blog.fetch.addresses import host_of
from blog.fetch.transport import Deadline, Transport

CONNECT_SECONDS = 5
REQUEST_SECONDS = 15
"""For the whole request, even if the response arrives slowly but steadily."""
MAX_BYTES = 100_000
USER_AGENT = "headless-blog"


class NoResponse(Exception):
    """There was no complete response; the message says why."""


@dataclass(frozen=True, slots=True)
class CDNResponse:
    """A complete response; ``reason`` is the reason phrase after the status code."""

    status: int
    reason: str
    headers: httpx.Headers
    body: bytes


def send(method: str, url: str, headers: Mapping[str, str], content: object = None) -> CDNResponse:
    """Send ``content`` as JSON and return the response. Redirects are not followed: they could lead to another server.

    :raises NoResponse: there is no response in time, or it is too large.
    """
    deadline = Deadline()
    deadline.begin(REQUEST_SECONDS)
    transport = Transport(host_of(url), deadline)
    timeout = httpx.Timeout(REQUEST_SECONDS, connect=CONNECT_SECONDS)
    all_headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | dict(headers)
    try:
        with (
            httpx.Client(transport=transport, timeout=timeout, trust_env=False) as client,
            client.stream(method, url, headers=all_headers, json=content) as response,
        ):
            return CDNResponse(response.status_code, response.reason_phrase, response.headers, _body(response))
    # Our transport raises httpcore's exceptions, and httpx its own around it.
    except httpcore.TimeoutException as error:
        raise NoResponse("did not answer in time") from error
    except (httpcore.ProtocolError, httpx.ProtocolError) as error:
        raise NoResponse("closed the connection early, or sent an answer that is not HTTP") from error
    except (httpcore.NetworkError, httpx.HTTPError, OSError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise NoResponse(f"cannot be reached ({reason})") from error


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            raise NoResponse(f"answered more than {MAX_BYTES // 1000} kB")
    return bytes(body)
