"""A new theme changes nothing until it is edited."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from blog.cli.commands import cli
from blog.config import Settings
from blog.doctor.findings import Level
from blog.doctor.theme_check import check_theme
from blog.theming import scaffold
from tests.support.applications import opened

pytestmark = pytest.mark.only_on("sqlite", reason="a theme asks no database")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "themes" / "mine"


@pytest.fixture
def themed(settings: Settings, folder: Path) -> Iterator[Flask]:
    scaffold.create_theme(folder)
    with opened(replace(settings, theme=folder)) as app:
        yield app


def home(app: Flask) -> str:
    return re.sub(r"/static/\w+/", "/static/", app.test_client().get("/").text)


def test_a_new_theme_looks_like_the_built_in_one(app: Flask, themed: Flask) -> None:
    assert home(themed) == home(app)


def test_the_doctor_finds_no_fault_with_a_new_theme(themed: Flask) -> None:
    assert [finding for finding in check_theme() if finding.level is not Level.GOOD] == []


def test_another_colour_is_one_change(themed: Flask, folder: Path) -> None:
    tokens = folder / scaffold.TOKENS
    text = tokens.read_text(encoding="utf-8")
    light, dark = re.findall("--paper: (.+?);", text)
    tokens.write_text(text.replace(light, "lavender").replace(dark, "navy"), encoding="utf-8")
    page = home(themed)
    assert '<meta name="theme-color" media="(prefers-color-scheme: light)" content="lavender">' in page
    assert '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="navy">' in page


def test_every_file_says_what_it_is_for(folder: Path) -> None:
    for path in scaffold.create_theme(folder):
        assert path.read_text(encoding="utf-8").startswith(("/* ", "{# ", "Your own texts"))


def test_the_command_writes_it_and_says_how_it_is_used(folder: Path) -> None:
    answer = CliRunner().invoke(cli, ["theme", "new", str(folder)])
    assert answer.exit_code == 0
    assert f"BLOG_THEME={folder}" in answer.output
    assert (folder / "templates" / "snippets" / "_footer.html").is_file()


def test_existing_files_are_not_changed(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "notes").write_text("mine", encoding="utf-8")
    for taken in (folder, folder / "notes"):
        with pytest.raises(scaffold.FolderNotEmpty, match="nothing in it was changed"):
            scaffold.create_theme(taken)
    assert [path.name for path in folder.iterdir()] == ["notes"]


def test_a_folder_that_cannot_be_written_to_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(cli, ["theme", "new", str(tmp_path / "file" / "mine")])
    assert isinstance(result.exception, scaffold.FolderNotWritable)
    assert "cannot be used (Not a directory). Choose a folder that you can write to." in str(result.exception)
