"""Collects errors in a browser that a reader would not see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Error, Page, Request


@dataclass
class Faults:
    """The errors in the pages of one test: in the console, in scripts, in requests, requests to another host than
    ``origin``, and dialogs.
    """

    origin: str
    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Ignore faults that match the regular expression ``pattern``, because this test causes them."""
        self.allowed.append(pattern)

    def left(self) -> list[str]:
        """The faults that no test allowed."""
        return [fault for fault in self.found if not any(re.search(pattern, fault) for pattern in self.allowed)]

    def watch(self, context: BrowserContext) -> None:
        """Record every fault in ``context`` from now on."""
        context.on("page", self._watch_page)

    @contextmanager
    def watching(self, context: BrowserContext) -> Iterator[None]:
        """Do so only during the block."""
        self.watch(context)
        yield
        context.remove_listener("page", self._watch_page)

    def _watch_page(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", self._on_page_error)
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_request_failed)
        page.on("dialog", self._on_dialog)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.found.append(f"console {message.type}: {message.text}")

    def _on_page_error(self, error: Error) -> None:
        self.found.append(f"script error: {error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.origin}/"):
            self.found.append(f"foreign request: {request.url}")

    def _on_request_failed(self, request: Request) -> None:
        # A second click on a form aborts the first navigation, and leaving a page aborts the loading of its images:
        # browsers do that, so it is not a fault.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed request: {request.url} ({request.failure})")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()
