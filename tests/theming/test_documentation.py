"""docs/theming.md lists every page and snippet that a theme can replace, and its variables."""

import re

import pytest
from flask import Flask
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Assign, Name

from blog.paths import PACKAGE, TEMPLATES

pytestmark = pytest.mark.only_on("sqlite", reason="no database is asked")

TEXT = (PACKAGE.parent / "docs" / "theming.md").read_text(encoding="utf-8")
MODERATORS = {
    f"snippets/_{name}.html" for name in ("card", "confirmed_change", "log", "passkey_sign_in", "signals", "undo")
}
GLOBALS_OF_FLASK = {"g", "request", "session"}
ROWS = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|$", TEXT, re.MULTILINE)


def names() -> set[str]:
    """The readers' templates by their names in the documentation. Moderators' pages are not documented."""
    paths = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")} - {"layout.html"}
    readers = {path for path in paths if "moderation" not in path} - MODERATORS
    return {path.removeprefix("snippets/").removesuffix(".html" if "snippets" in path else "") for path in readers}


def documented() -> dict[str, set[str]]:
    rows = {name: set(re.findall(r"`(\w+)`", gets)) for names, gets in ROWS for name in re.findall("`([^`]+)`", names)}
    return {name: gets for name, gets in rows.items() if name.endswith(".html") or re.fullmatch(r"_\w+", name)}


def test_the_page_names_every_template_and_no_other() -> None:
    assert set(documented()) == names()


def test_the_variables_of_each_template_are_documented(app: Flask) -> None:
    for name, variables in documented().items():
        path = TEMPLATES / (name if name.endswith(".html") else f"snippets/{name}.html")
        template = app.jinja_env.parse(path.read_text(encoding="utf-8"))
        set_here = {node.target.name for node in template.find_all(Assign) if isinstance(node.target, Name)}
        used = find_undeclared_variables(template) - set_here
        assert used - set(app.jinja_env.globals) - GLOBALS_OF_FLASK <= variables, name


def test_every_global_is_documented(app: Flask) -> None:
    own = {
        name for name, value in app.jinja_env.globals.items() if getattr(value, "__module__", "").startswith("blog.")
    }
    assert own - set(re.findall(r"`(\w+)[(`]", TEXT)) == set()
