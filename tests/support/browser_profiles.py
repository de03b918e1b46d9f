"""A browser profile that several tests use, one after the other."""

from contextlib import suppress

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import TimeoutError as PlaywrightTimeout

LOAD_MS = 3_000


class Profile:
    """A profile for the blog at ``url``. Between two tests it forgets all but the files of the blog.

    A new profile takes as much processor time as loading a page, because it needs a process of its own. Here an empty
    page keeps that process running.
    """

    def __init__(self, chromium: Browser, url: str) -> None:
        self.chromium = chromium
        self.url = url
        self.context: BrowserContext = chromium.new_context(base_url=url)
        self._empty_page = self.context.new_page()
        self._tools = self.context.new_cdp_session(self._empty_page)

    def clear(self) -> None:
        """Close the pages of a test, and forget what it stored or changed."""
        for page in self.context.pages:
            if page != self._empty_page:
                # Chromium may never close a page that is told to while it is being loaded.
                with suppress(PlaywrightTimeout):
                    page.wait_for_load_state(timeout=LOAD_MS)
                page.close()
        self._tools.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "all"})
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.context.set_offline(offline=False)

    def close(self) -> None:
        self.context.close()
