"""Minified stylesheets and scripts mean the same as the originals."""

import re

import pytest

from blog.paths import STATIC
from blog.theming.minify import minify

SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


def test_a_stylesheet_loses_comments_and_indentation_only() -> None:
    css = "/* A. */\n.prose {\n  .a :is(pre),\n  > .b {\n    margin: 0 auto; /* B. */\n  }\n}\n"
    assert minify("css/a.css", css.encode()) == b".prose{.a :is(pre),> .b{margin: 0 auto;}}"


def test_a_script_loses_comments_of_their_own_line_and_indentation_only() -> None:
    script = '// A.\nif (a) {\n  // B.\n  b("https://c"); // D.\n\n}\n'
    assert minify("js/a.js", script.encode()) == b'if (a) {\nb("https://c"); // D.\n}'


def test_other_files_stay_as_they_are() -> None:
    assert minify("icons/favicon.svg", b"<svg>\n  <g/>\n</svg>") == b"<svg>\n  <g/>\n</svg>"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_has_a_text_or_a_comment_over_several_lines(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert "/*" not in text
    assert not re.search(r"`[^`\n]*\n", re.sub(r"`[^`\n]*`", "", text))
