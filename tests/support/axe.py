"""Runs axe-core in a page."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.support.contrast import contrast_faults

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 has a rule for the size of targets, which axe-core switches off by default. Contrast is judged separately.
ALL_RULES = {"rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
COLOUR_RULES = {"runOnly": ["link-in-text-block"]}
# The page itself picks the violations, because the whole result is a hundred times as long.
RUN = """options => typeof axe === "undefined" ? null : axe.run(options).then((results) =>
    results.violations.flatMap((violation) => violation.nodes.map((node) =>
        `${violation.id} at ${node.target.join(" ")}: ${node.failureSummary}`)))"""


def preload(page: Page) -> None:
    """Have ``page`` load axe-core with every address, which takes half the time of loading it afterwards."""
    page.add_init_script(SCRIPT)


def violations(page: Page) -> list[str]:
    """The violations that axe-core finds on ``page``, one line for each element."""
    return _violations(page, ALL_RULES) + contrast_faults(page)


def colour_violations(page: Page) -> list[str]:
    """The violations of rules about colours."""
    return _violations(page, COLOUR_RULES) + contrast_faults(page)


def _violations(page: Page, rules: dict[str, Any]) -> list[str]:
    options = rules | {"resultTypes": ["violations"]}
    found: list[str] | None = page.evaluate(RUN, options)
    if found is None:
        page.evaluate(SCRIPT)
        found = page.evaluate(RUN, options)
    assert found is not None
    return [f"{page.url}: {line}" for line in found]
