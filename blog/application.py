"""The application: Flask, but what makes up much of a page's time is worked out once."""

from collections.abc import Callable
from functools import lru_cache
from types import TracebackType
from typing import Any

from flask import Flask, has_request_context, request

ExceptionInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]

MAX_ADDRESSES = 4096
OF_THE_HOST = frozenset({"_external", "_scheme"})


class Blog(Flask):
    """Flask that remembers addresses: a page has dozens of them, and most are on many pages."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Flask takes them
        super().__init__(*args, **options)
        self._address = self._remembered()

    def url_for(self, /, endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as Flask takes them
        """The address of ``endpoint``, as Flask makes it.

        :raises werkzeug.routing.BuildError: there is none.
        """
        # A full address depends on the host that was asked, and a name that begins with a dot on the page.
        if endpoint.startswith(".") or not values.keys().isdisjoint(OF_THE_HOST) or not has_request_context():
            return super().url_for(endpoint, **values)
        try:
            return self._address(request.script_root, endpoint, **values)
        except TypeError:  # a value by which nothing can be remembered, such as a list
            return super().url_for(endpoint, **values)

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log an unexpected error with the rule of the address, since an address can hold the token of a receipt."""
        self.logger.error("Exception on %s [%s]", request.url_rule or "no rule", request.method, exc_info=exc_info)

    def _remembered(self) -> Callable[..., str]:
        build = super().url_for

        @lru_cache(MAX_ADDRESSES)
        def address(_script_root: str, /, endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as Flask takes them
            return build(endpoint, **values)

        return address
