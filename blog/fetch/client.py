"""The HTTP client for all sources, with limits, retries and redirects."""

import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from blog.fetch import errors
from blog.fetch.addresses import host_of
from blog.fetch.errors import FetchError, ServerFailed
from blog.fetch.exception_mapping import as_fetch_error
from blog.fetch.limits import Limits
from blog.fetch.response import FetchResponse, checked
from blog.fetch.retries import pause_before
from blog.fetch.transport import Deadline, Transport
from blog.fetch.unpack import BodyTooLarge, CannotUnpack, read_body
from blog.fetch.usage import Usage

USER_AGENT = "headless-blog"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HOST_FAILURES = (errors.Unreachable, errors.TooSlow, errors.ServerFailed, errors.BadCertificate)
"""Failures that concern the whole host and not only one URL."""


def _accept_any(_answer: FetchResponse) -> None:
    """Accept any response."""


class Client:
    """Sends requests to the server at ``base`` and to other public servers. Thread-safe; close it after use.

    ``secrets`` are headers that are sent only to the origin of ``base``. ``wait`` pauses for a number of seconds.
    """

    def __init__(
        self,
        base: str,
        secrets: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self.usage = Usage()
        self._counting = threading.Lock()
        self._base = base
        self._own_host = host_of(base)
        self._secrets = dict(secrets or {})
        self._limits = limits or Limits()
        self._wait = wait
        self._deadline = Deadline()
        self._failed_hosts: dict[str, FetchError] = {}
        """Other hosts that failed, with the failure. They are not tried again, so that a sync waits for each once."""
        self._http = httpx.Client(
            transport=Transport(self._own_host, self._deadline),
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def get(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        size: int | None = None,
    ) -> FetchResponse:
        """Send a GET request and return the response, of at most ``size`` bytes. Retries failures that may pass.

        ``headers``, like the secrets, are sent only to the origin of ``base``.

        :raises FetchError: the request failed; the class says why.
        """
        try:
            host = httpx.URL(url).host
        except (httpx.InvalidURL, ValueError) as error:
            raise errors.NotAllowed(url, f"is not an address ({error})") from error
        if host in self._failed_hosts:
            # Without the former traceback, which would grow with each image of the host.
            raise self._failed_hosts[host].with_traceback(None)
        try:
            return self._with_retries(lambda: self._http.build_request("GET", url, params=params), headers, size)
        except FetchError as failure:
            if isinstance(failure, HOST_FAILURES) and host != self._own_host[0]:
                self._failed_hosts[host] = failure
            raise

    def post(
        self,
        url: str,
        content: Any,  # noqa: ANN401 - whatever JSON can hold
        check: Callable[[FetchResponse], object] = _accept_any,
        headers: Mapping[str, str] | None = None,
    ) -> FetchResponse:
        """Send ``content`` as JSON and return the response. Retries, so the request must not change anything.

        ``check`` raises if a response is a failure in spite of its status; a ``FetchError`` that may pass is retried.

        :raises FetchError: the request failed; the class says why.
        """
        return self._with_retries(lambda: self._http.build_request("POST", url, json=content), headers, None, check)

    def post_form(self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> FetchResponse:
        """Send ``fields`` as a form and return the response. Never retries, because a form may change something.

        :raises FetchError: the request failed; the class says why.
        """
        return self._follow(lambda: self._http.build_request("POST", url, data=fields), headers, self._limits.size)

    def _with_retries(
        self,
        build: Callable[[], httpx.Request],
        headers: Mapping[str, str] | None,
        size: int | None,
        check: Callable[[FetchResponse], object] = _accept_any,
    ) -> FetchResponse:
        attempt = 1
        while True:
            try:
                answer = self._follow(build, headers, size or self._limits.size)
                check(answer)
            except FetchError as failure:
                attempt += 1
                pause = self._pause(failure, attempt)
                if pause is None:
                    raise
            else:
                return answer
            self._wait(pause)

    def _pause(self, failure: FetchError, attempt: int) -> float | None:
        """Return how many seconds to wait before the try ``attempt``, or ``None`` to give up."""
        # A name in an article is probably wrong, but the configured one is right, so DNS may answer a moment later.
        if isinstance(failure, errors.UnknownHost) and httpx.URL(failure.url).host != self._own_host[0]:
            return None
        if not failure.may_pass or attempt > self._limits.tries:
            return None
        asked = failure.pause if isinstance(failure, ServerFailed) else None
        if asked is None:
            return pause_before(attempt, self._limits.first_wait, self._limits.longest_wait)
        return asked if asked <= self._limits.longest_wait else None

    def _follow(
        self, build: Callable[[], httpx.Request], headers: Mapping[str, str] | None, size: int
    ) -> FetchResponse:
        """Send a request and follow its redirects."""
        # Each try has the whole time again; the redirects of one try share it.
        self._deadline.begin(self._limits.request)
        request = build()
        # Not by httpx: for another origin it drops only the Authorization header, and Shopify's tokens are in others.
        for _ in range(self._limits.redirects + 1):
            answer = self._send(request, headers, size)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return checked(answer)
            request = self._redirected(request, answer)
        what = f"is reached only after more than {self._limits.redirects} redirects"
        raise errors.BadRedirect(str(request.url), what)

    def _redirected(self, request: httpx.Request, answer: FetchResponse) -> httpx.Request:
        if request.method != "GET":
            raise errors.BadRedirect(answer.url, "redirects a POST request, which must go to the final address")
        try:
            return self._http.build_request("GET", request.url.join(answer.headers["location"]))
        except (httpx.InvalidURL, ValueError) as error:
            raise errors.BadRedirect(answer.url, "redirects to an invalid address") from error

    def _send(self, request: httpx.Request, headers: Mapping[str, str] | None, size: int) -> FetchResponse:
        url = str(request.url)
        try:
            host = host_of(url)
        except ValueError as error:
            raise errors.NotAllowed(url, "is not an http(s) address") from error
        # Added for each request, so that a redirect to another origin does not get the secrets.
        # The scheme counts too: http://example.org:443 would get them unencrypted.
        if host == self._own_host and request.url.scheme == httpx.URL(self._base).scheme:
            request.headers.update(self._secrets | dict(headers or {}))
        started = time.monotonic()
        self._count(requests=1)
        try:
            with as_fetch_error(url):
                return self._read(request, size)
        finally:
            self._count(seconds=time.monotonic() - started)

    def _count(self, *, requests: int = 0, size: int = 0, seconds: float = 0) -> None:
        with self._counting:
            self.usage.requests += requests
            self.usage.bytes += size
            self.usage.seconds += seconds

    def _read(self, request: httpx.Request, size: int) -> FetchResponse:
        url, response = str(request.url), self._http.send(request, stream=True)
        try:
            # iter_raw(), because httpx's own decompression has no limit on the size.
            body = read_body(response.iter_raw(), response.headers.get("content-encoding", ""), size)
            return FetchResponse(url, response.status_code, response.headers, body)
        except CannotUnpack as error:
            raise errors.Garbled(url, str(error)) from error
        except BodyTooLarge as error:
            raise errors.TooLarge(url, f"sends more than {size / 1_000_000:g} MB") from error
        finally:
            self._count(size=response.num_bytes_downloaded)
            response.close()
