"""Runs axe-core in a page."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 has a rule for the size of targets, which axe-core switches off by default.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def violations(page: Page) -> list[str]:
    """The violations that axe-core finds on ``page``, one line for each element."""
    page.evaluate(SCRIPT)
    results: dict[str, Any] = page.evaluate("options => axe.run(options)", OPTIONS)
    return [
        f"{page.url}: {violation['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
