"""Conventions that no single test of a feature would check."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from blog.articles.site_files import NOT_FOR_ROBOTS
from blog.cache.lookup import NEVER_CACHED
from blog.config import Settings, environment_name
from blog.paths import STATIC, TEMPLATES

ROOT = Path(__file__).parent.parent
TOKENS = "10-tokens.css"

UNSAFE_IN_TEMPLATES = {
    "safe HTML is a Markup value": r"\|\s*safe\b|autoescape\s+false",
    "no inline style": r"<style\b|\sstyle\s*=",
    "no inline script": r"<script\b(?![^>]*\s(?:src=|type=\"application/ld\+json\"))|<[^>]*\son[a-z]+\s*=|javascript:",
}


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def found(pattern: str, paths: Iterator[Path]) -> list[str]:
    """Where ``pattern`` occurs, as ``file:line``."""
    places = []
    for path in sorted(paths):
        text = path.read_text(encoding="utf-8")
        places += [f"{shown(path)}:{text.count(chr(10), 0, match.start()) + 1}" for match in re.finditer(pattern, text)]
    return places


def stylesheets() -> Iterator[Path]:
    return (STATIC / "css").glob("*.css")


@pytest.mark.parametrize("pattern", UNSAFE_IN_TEMPLATES.values(), ids=UNSAFE_IN_TEMPLATES.keys())
def test_templates_have_no_inline_scripts_or_styles(pattern: str) -> None:
    assert found(pattern, TEMPLATES.rglob("*.html")) == []


def test_colours_are_named_in_the_token_file_only() -> None:
    colour = r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\()"
    assert found(colour, (path for path in stylesheets() if path.name != TOKENS)) == []


def test_no_declaration_is_important() -> None:
    assert found(r"!\s*important", stylesheets()) == []


def test_every_stylesheet_is_in_a_layer() -> None:
    first, *others = sorted(stylesheets())
    layers = re.findall(r"[\w-]+", re.sub(r"/\*.*?\*/|@layer", "", first.read_text(encoding="utf-8"), flags=re.DOTALL))
    for path in others:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).strip()
        assert re.match(rf"@layer ({'|'.join(layers)}) \{{", text), f"{shown(path)} stands in none of {layers}"


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(BLOG_\w+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert rows == [
        (environment_name(setting.name), documented_default(setting.default), setting.metadata["meaning"])
        for setting in fields(Settings)
    ]
    assert set(re.findall(r"BLOG_[A-Z0-9_]+", text)) == {environment_name(setting.name) for setting in fields(Settings)}


def documented_default(default: object) -> str:
    if default is None or default in {"", ()}:
        return "–"
    if isinstance(default, Path):
        return f"`{default.name}`"
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    return f"`{default}`"


def test_only_the_models_say_what_public_means() -> None:
    condition = r"published_at\s*<=\s*(?:now\(|utc_now\(|now_parameter\()"
    places = found(condition, (ROOT / "blog").rglob("*.py"))
    assert {place.partition(":")[0] for place in places} == {
        "blog/content/models/article.py",
        "blog/content/models/labels.py",
    }


def test_what_the_page_cache_and_robots_leave_out_exists(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    for beginning in (*NEVER_CACHED, *NOT_FOR_ROBOTS):
        assert any(rule.startswith(beginning) for rule in rules), f"no address begins with {beginning}"


def test_the_architecture_page_names_every_module_in_its_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = {
        f"{room}/{module}"
        for room, section in re.findall(r"^### `(blog[^`]*)/`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
        for module in re.findall(r"^- `(\w+\.py)`", section, re.MULTILINE)
    } - {"blog/__init__.py"}
    modules = {shown(path) for path in (ROOT / "blog").rglob("*.py") if path.name != "__init__.py"}
    assert modules - listed == set(), "not on the page"
    assert listed - modules == set(), "on the page, but gone"
