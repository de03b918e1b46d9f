"""Runs axe-core in a page."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 has a rule for the size of targets, which axe-core switches off by default.
ALL_RULES = {"target-size": {"enabled": True}}
CONTRAST, LINK_COLOUR = "color-contrast", "link-in-text-block"
"""The rules about colours."""
# The page itself picks the violations, because the whole result is a hundred times as long.
RUN = """options => typeof axe === "undefined" ? null : axe.run(options).then((results) =>
    results.violations.flatMap((violation) => violation.nodes.map((node) =>
        `${violation.id} at ${node.target.join(" ")}: ${node.failureSummary}`)))"""


def preload(page: Page) -> None:
    """Have ``page`` load axe-core with every address, which takes half the time of loading it afterwards."""
    page.add_init_script(SCRIPT)


def violations(page: Page, only: Sequence[str] = (), *, without: Sequence[str] = ()) -> list[str]:
    """The violations that axe-core finds on ``page``, one line for each element.

    :param only: the rules to run, instead of all.
    :param without: rules that do not run.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = list(only)
    else:
        options["rules"] = ALL_RULES | {rule: {"enabled": False} for rule in without}
    found: list[str] | None = page.evaluate(RUN, options)
    if found is None:
        page.evaluate(SCRIPT)
        found = page.evaluate(RUN, options)
    assert found is not None
    return [f"{page.url}: {line}" for line in found]
