"""The findings of `blog doctor` on a theme's files; none of these faults affects a reader."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.config import Settings
from blog.doctor.findings import Level
from blog.doctor.theme_check import check_theme
from blog.theming.assets import asset_url
from blog.theming.theme import shipped
from tests.support.applications import opened

pytestmark = pytest.mark.only_on("sqlite", reason="a theme asks no database")

ENDLESS = Path("/proc/self/mem")
"""An existing file that not even root can read from the start."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    (folder / "templates").mkdir(parents=True)
    return folder


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    return replace(settings, theme=folder)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def warnings() -> list[str]:
    return [finding.what for finding in check_theme() if finding.level is Level.WARNING]


def stylesheet(app: Flask) -> str:
    with app.test_request_context():
        address = asset_url("css/site.css")
    return app.test_client().get(address).text


@pytest.mark.parametrize(
    ("css", "line", "what"),
    [
        ("a {\n  color: red;\n", 1, "{ without its }"),
        (b"a { }\n/* \xe9 */", 2, "is not UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["40-forms.css", "mine.css"])
def test_a_broken_stylesheet_is_left_out_and_the_built_in_one_stays(
    app: Flask, folder: Path, name: str, css: str | bytes, line: int, what: str
) -> None:
    path = write(folder, f"static/css/{name}", css)
    whole = stylesheet(app)
    assert "color: red" not in whole
    assert ".field{" in whole
    assert whole.count("{") == whole.count("}")
    assert [fault for fault in warnings() if fault.startswith(f"{path}:{line}: ") and what in fault]


def test_an_unreadable_file_loses_only_that_file(app: Flask, client: FlaskClient, folder: Path) -> None:
    (folder / "static" / "icons").mkdir(parents=True)
    (folder / "static" / "icons" / "favicon.svg").symlink_to(ENDLESS)
    (folder / "static" / "icons" / "mine.svg").symlink_to(folder / "nowhere.svg")
    assert client.get("/").status_code == 200
    with app.test_request_context():
        address = asset_url("icons/favicon.svg")
    answer = client.get(address)
    assert answer.text.startswith("<svg")
    answer.close()
    files = [fault.partition(":1: cannot be read")[0] for fault in warnings()]
    assert files == [str(folder / "static" / "icons" / name) for name in ("favicon.svg", "mine.svg")]


def test_a_template_that_no_page_has_used_yet_is_checked(app: Flask, folder: Path) -> None:
    path = write(folder, "templates/moderation/queue.html", "<p>\n{% if %}")
    assert [fault for fault in warnings() if fault.startswith(f"{path}:2: ")]


@pytest.mark.parametrize(
    ("css", "line", "what"),
    [
        (":root {\n --papper: red }", 2, "--papper is never used; did you mean --paper?"),
        (":root { --paper: white }", 1, "--paper is the same in dark mode"),
        ("@import 'more.css';", 1, "there is no more.css"),
        ("a {\n\n b: url(../fonts/mine.woff2) }", 3, "there is no ../fonts/mine.woff2; addresses begin at static/css/"),
        ("@import url(https://fonts.example/a.css);", 1, "the Content-Security-Policy forbids"),
        ("a { b: url(//cdn.example/a.png) }", 1, "//cdn.example/a.png is on another host"),
        ("a { b: url('http://[') }", 1, "http://[ is not a valid address"),
    ],
)
def test_useless_declarations_of_a_stylesheet_are_reported(
    app: Flask, folder: Path, css: str, line: int, what: str
) -> None:
    path = write(folder, "static/css/mine.css", css)
    assert [fault for fault in warnings() if fault.startswith(f"{path}:{line}: ") and what in fault]


def test_a_stylesheet_without_a_fault_is_not_reported(app: Flask, folder: Path) -> None:
    write(folder, "static/fonts/mine.woff2", b"font")
    write(folder, "static/fonts/mine too.woff2", b"font")
    css = """:root { --paper: white; --mine: 1px; @media (prefers-color-scheme: dark) { --paper: black } }
    a { b: url(../fonts/mine%20too.woff2) }
    a { b: url("../fonts/mine.woff2?v=1#x"); c: url(#gradient); d: url(data:image/png;base64,AAAA); e: var(--mine) }
    """
    write(folder, "static/css/mine.css", css)
    assert warnings() == []


def test_a_theme_can_have_a_stylesheet_for_dark_mode(app: Flask, folder: Path) -> None:
    write(folder, "static/css/light.css", ":root { --paper: white }")
    write(folder, "static/css/dark.css", "@media (prefers-color-scheme: dark) { :root { --paper: black } }")
    assert warnings() == []


def test_an_unused_folder_is_reported(app: Flask, folder: Path) -> None:
    write(folder, "css/tokens.css", ":root { --paper: white }")
    assert warnings() == [f"{folder / 'css'}:1: is not used; a theme has static, templates, translations"]


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_theme_has_no_fault(settings: Settings, name: str) -> None:
    with opened(replace(settings, theme=Settings.from_environment({"BLOG_THEME": name}).theme)):
        assert warnings() == []
