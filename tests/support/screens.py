"""Looks for faults of a page on several screens, while the page is loaded only once."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize

from tests.support.axe import colour_violations, violations

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""By how many pixels the page is wider than the window."""
STICKING_OUT = """() => [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && element.checkVisibility() && (box.left < -1 || box.right > innerWidth + 1)
        && !element.closest("pre, .table-scroll, .site-header--moderation, .queue-head .filters, .field--decoy")
        && !element.closest(".visually-hidden, .skip-link, [hidden]");
}).map((element) => `${element.tagName.toLowerCase()}.${element.className}`)"""
"""The elements that reach over an edge of the window, beside those that scroll or are hidden there."""
LAYOUT = """() => [...document.querySelectorAll("*")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const isVisible = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return `${element.localName} ${x} ${y} ${width} ${height} ${isVisible}`;
}).join()"""
"""The position, size and visibility of every element."""
EMPTY = "document.documentElement.replaceChildren()"


def faults_in_light_and_dark(page: Page) -> list[str]:
    """The violations that axe-core finds on ``page`` in both colour schemes."""
    return violations(page) + _faults_in_dark(page)


def faults_on_a_desk(page: Page) -> list[str]:
    """What is wrong with ``page`` in both colour schemes; its window has the size ``DESK``."""
    return _too_wide(page) + faults_in_light_and_dark(page)


def faults_on_a_phone(page: Page) -> list[str]:
    """What is wrong with ``page`` on a narrow screen that is touched. Afterwards the page is empty."""
    with _phone(page):
        return [f"On a phone, {fault}" for fault in _too_wide(page) + violations(page)]


def _too_wide(page: Page) -> list[str]:
    wider, elements = page.evaluate(f"[({WIDER})(), ({STICKING_OUT})()]")
    too_wide = [f"{page.url} is too wide"] if wider > 0 else []
    return too_wide + [f"{page.url}: {element} sticks out" for element in elements]


def _faults_in_dark(page: Page) -> list[str]:
    """The violations in the dark scheme.

    The rules about colours suffice if the scheme changed only colours; else all rules run.
    """
    layout = page.evaluate_handle(LAYOUT)
    page.emulate_media(color_scheme="dark")
    same = page.evaluate(f"layout => layout === ({LAYOUT})()", layout)
    found = colour_violations(page) if same else violations(page)
    page.emulate_media(color_scheme="light")
    return [f"In the dark, {fault}" for fault in found]


@contextmanager
def _phone(page: Page) -> Iterator[None]:
    """Give ``page`` a phone's screen. Chromium forgets the touch screen only when it loads the next page."""
    tools = page.context.new_cdp_session(page)
    page.set_viewport_size(PHONE)
    tools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    assert page.evaluate("matchMedia('(hover: none)').matches")
    yield
    page.evaluate(EMPTY)  # else Chromium would lay it out again
    tools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    tools.detach()
    page.set_viewport_size(DESK)
