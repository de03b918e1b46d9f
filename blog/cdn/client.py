"""Asking a cache in front: one request, with a bound on its time and on the size of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from blog.fetch.addresses import host_of
from blog.fetch.transport import Deadline, Transport

CONNECT_SECONDS = 5
REQUEST_SECONDS = 15
"""However steadily an answer drips."""
MAX_BYTES = 100_000
USER_AGENT = "headless-blog"


class Unanswered(Exception):
    """There was no whole answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``reason`` is the phrase beside its status."""

    status: int
    reason: str
    headers: httpx.Headers
    body: bytes


def ask(method: str, url: str, headers: Mapping[str, str], content: object = None) -> Answer:
    """The answer to a request with ``content`` as JSON. A redirect is not followed: it would lead to another server.

    :raises Unanswered: there is none in time, or it is too large.
    """
    deadline = Deadline()
    deadline.begin(REQUEST_SECONDS)
    transport = Transport(host_of(url), deadline)
    timeout = httpx.Timeout(REQUEST_SECONDS, connect=CONNECT_SECONDS)
    told = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | dict(headers)
    try:
        with (
            httpx.Client(transport=transport, timeout=timeout, trust_env=False) as client,
            client.stream(method, url, headers=told, json=content) as response,
        ):
            return Answer(response.status_code, response.reason_phrase, response.headers, _body(response))
    except httpx.TimeoutException as error:
        raise Unanswered("did not answer in time") from error
    except httpx.RemoteProtocolError as error:
        raise Unanswered("broke off its answer, or sent no HTTP") from error
    except (httpx.HTTPError, OSError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise Unanswered(f"cannot be reached ({reason})") from error


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            raise Unanswered(f"answered more than {MAX_BYTES // 1000} kB")
    return bytes(body)
