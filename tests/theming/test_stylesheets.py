"""Stylesheets: the rules for ours, and how a theme's stylesheets are read."""

import re
from pathlib import Path

import pytest

from blog.paths import PACKAGE, STATIC, THEMES
from blog.theming.stylesheets import Property, Stylesheet, Unbalanced, read

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
    """The matches in the declarations of ``css``, without the conditions of media queries."""
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
def test_a_logical_side_is_no_fault(css: str) -> None:
    assert not any(found(pattern, css) for pattern in PHYSICAL.values())


def test_colours_of_a_theme_are_named_in_its_tokens_only() -> None:
    colour = re.compile(r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\()")
    others = [path for path in THEMES.rglob("*.css") if path.name != "tokens.css"]
    assert others
    assert not [path for path in others if colour.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_every_stylesheet_is_balanced(path: Path) -> None:
    assert isinstance(read(path.read_text(encoding="utf-8")), Stylesheet)


@pytest.mark.parametrize(
    ("css", "line", "what"),
    [
        ("a { color: red", 1, "{ without its }"),
        ("a {}\n@layer b {\n  c {\n    d: e;\n}\n", 2, "{ without its }"),
        ("a { }\n}", 2, "} without its {"),
        ("\n/* a { }", 2, "/* without its end"),
        ("a { content: 'b\n'}", 1, "' without its end"),
    ],
)
def test_an_unclosed_stylesheet_is_refused(css: str, line: int, what: str) -> None:
    with pytest.raises(Unbalanced) as caught:
        read(css)
    assert (caught.value.line, caught.value.what) == (line, what)


def test_braces_in_comments_strings_and_addresses_do_not_count() -> None:
    css = """/* } ' " */ a::after { content: "}\\"/*"; b: url(data:image/svg+xml,{); c: '{' }"""
    assert read(css).properties == []


def test_custom_properties_are_found_with_their_lines() -> None:
    css = """:root {
      --paper: oklch(98% 0.01 240); /* --ink: red; */
      @media (prefers-color-scheme: dark) {
        --paper: black
      }
      --ink:
        var(--paper);
    }"""
    found = read(css)
    assert found.properties == [
        Property("--paper", "oklch(98% 0.01 240)", 2, is_dark=False),
        Property("--paper", "black", 4, is_dark=True),
        Property("--ink", "var(--paper)", 6, is_dark=False),
    ]
    assert found.used == {"--paper"}


def test_addresses_are_found_with_their_lines() -> None:
    css = """@import "other.css";\n/* url(no.png) */ a { b: url( 'x y.png' ), url(https://a.example/c.png) }"""
    assert read(css).addresses == [(1, "other.css"), (2, "x y.png"), (2, "https://a.example/c.png")]
