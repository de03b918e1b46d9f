"""A running blog, and Debian's Chromium to read it with; Playwright downloads no browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from tests.support.browser_faults import Faults
from tests.support.browser_profiles import Profile
from tests.support.requirements import unavailable
from tests.support.servers import Served, served

HEADLESS_SHELL = "chromium-headless-shell"
"""Debian's Chromium without windows, which takes a third of the processor time of the whole one."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these, Chromium contacts Google's hosts at every start; as root it does not start with a sandbox.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Else a new page starts a process for about:blank, and another one for the page that it opens.
    "--renderer-process-limit=1",
    # A page of these tests lives for a second, in which compiling its scripts to fast code costs more than it saves.
    "--js-flags=--no-opt,--no-maglev",
)
# Drawing takes a tenth of the time of a test that runs axe-core, and a third of one that moves the focus. Without a
# thread for it, pages are laid out when a script asks, but are not drawn, so that animations stand still.
DRAW_NOTHING = "--disable-threaded-compositing"
WAIT_MS = 10_000


class OpenPage(Protocol):
    def __call__(self, **options: Any) -> Page:  # noqa: ANN401 - whatever ``Browser.new_context`` takes
        """A page. It is in a new profile if it is not the first one, or if it has options other than ``viewport``.

        Else it is in the profile that tests of the same blog share. Each of them finds nothing in it but cached files.

        :param options: options of the profile, such as ``java_script_enabled=False``.
        """


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("browser")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright, *SWITCHES) as browser:
        yield browser


@pytest.fixture(scope="session")
def still_chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser of tests that are marked ``still``."""
    with launched(playwright, *SWITCHES, DRAW_NOTHING) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, *switches: str) -> Iterator[Browser]:
    """Chromium with ``switches``."""
    program = next(filter(None, map(shutil.which, (HEADLESS_SHELL, *PROGRAMS))), None)
    if program is None:
        unavailable("No Chromium is installed (on Debian: apt install chromium-headless-shell)")
    browser = playwright.chromium.launch(executable_path=program, args=switches)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo articles, served from an instance that the tests of one module share."""
    with served(tmp_path_factory.mktemp("blog"), BLOG_COMMENT_RATE="1000 per minute") as blog:
        yield blog


@pytest.fixture
def faults(blog: Served) -> Iterator[Faults]:
    """The errors in the browser during the test, which fails if there are any that it did not allow."""
    faults = Faults(blog.url)
    yield faults
    assert not faults.left(), "\n".join(faults.left())


@pytest.fixture(scope="session")
def profiles() -> list[Profile]:
    """The profiles that tests of the current blog share: at most one in each browser."""
    return []


@pytest.fixture
def profile(request: pytest.FixtureRequest, blog: Served, faults: Faults, profiles: list[Profile]) -> Iterator[Profile]:
    """The profile of the test's first page without options."""
    is_still = request.node.get_closest_marker("still") is not None
    chromium: Browser = request.getfixturevalue("still_chromium" if is_still else "chromium")
    for profile in [profile for profile in profiles if profile.url != blog.url]:
        profile.close()
        profiles.remove(profile)
    profile = next((profile for profile in profiles if profile.chromium == chromium), None) or Profile(
        chromium, blog.url
    )
    if profile not in profiles:
        profiles.append(profile)
    with faults.watching(profile.context):
        yield profile
        profile.clear()


@pytest.fixture
def open_page(profile: Profile, faults: Faults) -> Iterator[OpenPage]:
    contexts: list[BrowserContext] = []

    def open_page(*, viewport: ViewportSize | None = None, **options: Any) -> Page:  # noqa: ANN401
        if options or profile.context in contexts:
            context = profile.chromium.new_context(**{"base_url": profile.url} | options)
            faults.watch(context)
        else:
            context = profile.context
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        if viewport is not None:
            page.set_viewport_size(viewport)
        return page

    yield open_page
    for context in contexts:
        if context != profile.context:
            context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()
