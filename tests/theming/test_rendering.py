"""A fault in a theme affects only its part of the page, never the whole page."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.config import Settings
from blog.doctor.checks import examine
from blog.doctor.findings import Level
from blog.doctor.theme_check import check_theme
from blog.theming import theme
from tests.support.factories import make_article

pytestmark = pytest.mark.only_on("sqlite", reason="a theme asks no database")

TAGS = "snippets/_tags.html"
BROKEN = {
    "empty": ("", 1, "shows nothing"),
    "blank": ("\n  <ul></ul>\n", 1, "shows nothing"),
    "a syntax error": ("<p>\n{% for tag in article.tags %}", 2, "Unexpected end of template"),
    "raises when rendered": ("<p>\n{{ 1 // 0 }}</p>", 2, "ZeroDivisionError"),
    "loops over nothing": ("{% for tag in [] %}{{ tag }}{% endfor %}", 1, "shows nothing"),
    "loops over a name that does not exist": ("{% for tag in article.tag_list %}{{ tag }}{% endfor %}", 1, "tag_list"),
    "includes what is missing": ("\n\n{% include 'snippets/tags-article.liquid' %}", 3, "tags-article.liquid"),
    "loops for ever": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, "RecursionError"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    (folder / "templates" / "snippets").mkdir(parents=True)
    return folder


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    return replace(settings, theme=folder)


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def article_page(client: FlaskClient) -> str:
    make_article("On Tea", tags=("Green tea", "Water"))
    answer = client.get("/articles/on-tea")
    assert answer.status_code == 200
    return answer.text


def assert_whole(page: str) -> None:
    assert '<a class="tag p-category" rel="tag" href="/tags/green-tea" dir="auto">Green tea</a>' in page
    assert 'id="comment-form"' in page
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_snippet_is_replaced_by_the_built_in_one(
    client: FlaskClient, folder: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    text, line, what = BROKEN[kind]
    write(folder, TAGS, text)
    page = article_page(client)
    assert_whole(page)
    assert what not in page
    client.get("/articles/on-tea")
    own = [record.getMessage() for record in caplog.records if "_tags.html" in record.getMessage()]
    assert len(own) == 1, "it is logged once"
    assert f"{folder / 'templates' / TAGS}:{line}: " in own[0]
    assert what in own[0]
    findings = [finding for finding in examine() if "_tags.html" in finding.what]
    assert [finding.level for finding in findings] == [Level.WARNING]


def test_a_missing_snippet_is_replaced_by_the_built_in_one(
    client: FlaskClient, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "blog.theming.rendering"):
        assert_whole(article_page(client))
        client.get("/articles/on-tea")
    own = [record.getMessage() for record in caplog.records if "_tags.html" in record.getMessage()]
    assert own == [f"Theme: {folder / 'templates' / TAGS}:1: is missing; the built-in snippet is used"]
    assert any("_tags.html:1: is missing" in finding.what for finding in examine())


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [(None, 1, "is missing, and no built-in snippet has this name"), ("\n{{ 1 // 0 }}", 2, "ZeroDivisionError")],
)
def test_a_snippet_of_a_theme_alone_is_left_out_if_it_is_missing_or_broken(
    client: FlaskClient, folder: Path, caplog: pytest.LogCaptureFixture, text: str | None, line: int, what: str
) -> None:
    write(folder, TAGS, '{{ snippet("promotion") }}<p>Tags of the theme</p>')
    if text is not None:
        write(folder, "snippets/_promotion.html", text)
    assert "Tags of the theme" in article_page(client)
    client.get("/articles/on-tea?again")
    own = [record for record in caplog.records if "_promotion.html" in record.getMessage()]
    assert [record.exc_info for record in own] == [None], "one line, without a traceback"
    assert f"{folder}/templates/snippets/_promotion.html:{line}: {what}" in own[0].getMessage()
    assert any("_promotion.html" in str(finding) for finding in check_theme() if finding.level == "warning")


def test_a_snippet_of_a_theme_alone_may_be_blank(client: FlaskClient, folder: Path) -> None:
    write(folder, TAGS, '{{ snippet("promotion") }}<p>Tags of the theme</p>')
    write(folder, "snippets/_promotion.html", "{% if false %}Buy{% endif %}")
    assert "Tags of the theme" in article_page(client)
    assert not any("_promotion.html" in str(finding) for finding in check_theme())


def test_a_folder_in_place_of_a_snippet_is_replaced_too(client: FlaskClient, folder: Path) -> None:
    (folder / "templates" / TAGS).mkdir()
    assert_whole(article_page(client))


def test_a_theme_s_snippet_is_used(client: FlaskClient, folder: Path) -> None:
    write(folder, TAGS, "<p>{% for tag in article.tags %}<b>{{ tag.name }}</b>{% endfor %}</p>")
    page = article_page(client)
    assert "<b>Green tea</b><b>Water</b>" in page
    assert not [finding for finding in examine() if finding.level is Level.WARNING and "_tags" in finding.what]


def test_a_theme_can_show_nothing_for_an_empty_snippet(client: FlaskClient, folder: Path) -> None:
    write(folder, TAGS, "{% for tag in article.tags %}{{ tag.name }}{% endfor %}")
    make_article("On Tea")
    client.get("/articles/on-tea")
    assert not any(fault.file.endswith("_tags.html") for fault in theme.current().faults.values())


@pytest.mark.parametrize("text", ["", "{% extends 'nowhere.html' %}", "{{ nobody.knows }}", "{% block main %}"])
def test_a_broken_page_is_replaced_by_the_built_in_one(client: FlaskClient, folder: Path, text: str) -> None:
    write(folder, "articles/show.html", text)
    assert_whole(article_page(client))
    assert any("show.html:1" in finding.what for finding in examine())


def test_a_broken_layout_is_replaced_by_the_built_in_one(client: FlaskClient, folder: Path) -> None:
    write(folder, "layout.html", "{% block main %}{% endblock %}{{ site.nothing_of_the_kind }}")
    assert_whole(article_page(client))


def test_a_broken_error_page_of_a_theme_is_replaced_too(client: FlaskClient, folder: Path) -> None:
    write(folder, "error.html", "{{ oh_no }}")
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_a_repaired_snippet_is_used_without_a_restart(client: FlaskClient, folder: Path) -> None:
    write(folder, TAGS, "{{ oh_no }}")
    article_page(client)
    write(folder, TAGS, "<p>repaired</p>")
    assert "<p>repaired</p>" in client.get("/articles/on-tea").text


@pytest.mark.parametrize("name", ["_header", "_markdown_help", "_comment_text"])
def test_a_changed_site_snippet_is_used_without_a_restart(client: FlaskClient, folder: Path, name: str) -> None:
    write(folder, f"snippets/{name}.html", "<p>the first</p>")
    assert "<p>the first</p>" in article_page(client)
    write(folder, f"snippets/{name}.html", "<p>the second</p>")
    page = client.get("/articles/on-tea").text
    assert "<p>the second</p>" in page
    assert "<p>the first</p>" not in page


def test_a_broken_built_in_snippet_is_left_out(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.test_request_context():
        assert theme.snippet("no_such_snippet") == ""
    assert "no_such_snippet" in caplog.text
