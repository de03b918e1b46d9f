"""Runs axe-core, which checks the contrast of equal colours only once.

axe-core needs more time for contrast than for all its other rules. The contrast of a text follows from its own colour,
whether it is large, and what is painted behind it. Where only its ancestors are painted behind it, that is their
backgrounds and opacities: together they are the text's look. So axe-core skips a text with a look that it has judged
as good elsewhere. A text that lies on anything else, or partly beside the background of an ancestor, is always judged.

Two kinds of text that axe-core leaves to people are judged here: on a gradient, by the colour behind it; and in the
colour of its background, as a fault.
"""

from pathlib import Path
from typing import Any, TypedDict

from playwright.sync_api import Page

JUDGE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

GOOD_LOOKS: set[str] = set()
"""The looks that axe-core has judged as good. A look has all its colours, so it is good in any theme."""


class _Judgement(TypedDict):
    faults: list[str]
    good: list[str]


def faults(page: Page, options: dict[str, Any]) -> list[str] | None:
    """What axe-core finds on ``page``, one line for each element; ``None`` if the page has not loaded axe-core.

    :param options: which rules axe-core runs. Contrast is one of them, because it uses much that others need as well.
    """
    judgement: _Judgement | None = page.evaluate(JUDGE, [options, "\n".join(GOOD_LOOKS)])
    if judgement is None:
        return None
    GOOD_LOOKS.update(judgement["good"])
    return [f"{page.url}: {line}" for line in judgement["faults"]]
