"""Stylesheets name sides by the direction of writing, so that they serve a site that is written from the right."""

import re
from pathlib import Path

import pytest

from blog.paths import PACKAGE, STATIC

STYLESHEETS = sorted(path for folder in (STATIC, PACKAGE) for path in folder.rglob("*.css"))
SIDE = "(?:left|right|top|bottom)"
PHYSICAL = {
    "a side of a box": rf"[\w-]*\b(?:margin|padding|border|inset)-{SIDE}\b",
    "a corner": r"border-(?:top|bottom)-(?:left|right)-radius",
    "a place": rf"(?<![\w-]){SIDE}(?=\s*:)",
    "a width or a height": r"(?<![\w-])(?:min-|max-)?(?:width|height)(?=\s*:)",
    "an alignment": r"(?<![\w-])(?:text-align|float|clear|justify-\w+)\s*:[^;]*\b(?:left|right)\b",
    "a way to the side": r"(?<![\w-])translate\s*:(?!\s*(?:0|none)\b)|translate[X3]?\w*\(",
    "sides that differ": r"(?<![\w-])(?:margin|padding|inset|border-width):\s*\S+ (\S+) \S+ (?!\1)[^\s;}]+(?=\s*[;}])",
}


def found(pattern: str, css: str) -> list[str]:
    """What matches among the declarations of ``css``; conditions of media queries are none."""
    without = re.sub(r"/\*.*?\*/|@media[^{]*|@container[^{]*", "", css, flags=re.DOTALL)
    return [match[0] for match in re.finditer(pattern, without)]


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_sides_are_logical(path: Path) -> None:
    css = path.read_text(encoding="utf-8")
    assert {name: found(pattern, css) for name, pattern in PHYSICAL.items()} == {name: [] for name in PHYSICAL}


NOTICED = """
a { margin-left: 0 } | a { border-top-color: red } | a{left:0} | a { min-width: 1px; } | a { text-align: left }
a { float: right } | a { translate: 4px 0 } | a { transform: translateX(4px) } | a { margin: 0 1px 0 2px; }
a { border-top-left-radius: 0 } | a { scroll-margin-top: 0 }
"""
ALLOWED = """
a { margin-inline-start: 0 } | @media (width >= 40rem) { a { inset: auto 0 0 } } | a { translate: 0 -200%; }
a { text-align: end; vertical-align: top; margin: 0 1px 0 1px; } | a { line-height: 1; border-width: 1px; }
"""


@pytest.mark.parametrize("css", re.split(r"[|\n]", NOTICED.strip()))
def test_a_physical_side_is_noticed(css: str) -> None:
    assert any(found(pattern, css) for pattern in PHYSICAL.values())


@pytest.mark.parametrize("css", re.split(r"[|\n]", ALLOWED.strip()))
def test_a_logical_side_is_none(css: str) -> None:
    assert not any(found(pattern, css) for pattern in PHYSICAL.values())
