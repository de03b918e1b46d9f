"""Runs axe-core in a page."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 has a rule for the size of targets, which axe-core switches off by default.
ALL_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Choosing rules by a tag also chooses this one, which asks for more than WCAG AA and is switched off by default.
COLOUR_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["cat.color"],
    "rules": {"color-contrast-enhanced": {"enabled": False}},
}
RUN = "options => typeof axe === 'undefined' ? null : axe.run(options)"


def preload(page: Page) -> None:
    """Have ``page`` load axe-core with every address, which takes half the time of loading it afterwards."""
    page.add_init_script(SCRIPT)


def violations(page: Page, options: dict[str, Any] = ALL_RULES) -> list[str]:
    """The violations that axe-core finds on ``page``, one line for each element."""
    results: dict[str, Any] | None = page.evaluate(RUN, options)
    if results is None:
        page.evaluate(SCRIPT)
        results = page.evaluate(RUN, options)
    assert results is not None
    return [
        f"{page.url}: {violation['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
