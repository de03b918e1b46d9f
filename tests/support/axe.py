"""Runs axe-core in a page."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.support.contrast import faults

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 has a rule for the size of targets, which axe-core switches off by default. By default it also reads all
# stylesheets first, a fifth of its work, but only a rule that is off needs them. A rule about sound waits for media.
ALL_RULES = {"rules": {"target-size": {"enabled": True}}, "preload": {"assets": ["media"]}}
COLOUR_RULES = {"runOnly": ["link-in-text-block", "color-contrast"]}


def preload(page: Page) -> None:
    """Have ``page`` load axe-core with every address, which takes half the time of loading it afterwards."""
    page.add_init_script(SCRIPT)


def violations(page: Page) -> list[str]:
    """The violations that axe-core finds on ``page``, one line for each element."""
    return _violations(page, ALL_RULES)


def colour_violations(page: Page) -> list[str]:
    """The violations of rules about colours."""
    return _violations(page, COLOUR_RULES)


def _violations(page: Page, rules: dict[str, Any]) -> list[str]:
    page.wait_for_load_state()  # a click does not wait for the stylesheet of the page that it opens
    found = faults(page, rules)
    if found is None:
        page.evaluate(SCRIPT)
        found = faults(page, rules)
    assert found is not None
    return found
