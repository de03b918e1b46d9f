"""Snippets that are the same on every page are rendered once, and so must not depend on the page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.meta import find_undeclared_variables
from markupsafe import Markup

from blog.content.models import Article
from blog.paths import TEMPLATES
from blog.theming import theme
from blog.theming.rendering import Theme
from tests.support.factories import make_article

CALL = re.compile(r"""site_snippet(?: if [\w.]+ else snippet\))?\("(\w+)"(.*?)\) }}""")
CALLS = {call for path in TEMPLATES.rglob("*.html") for call in CALL.findall(path.read_text(encoding="utf-8"))}
PAGE_GLOBALS = {"request", "g", "session", "newest_articles", "closed_reason", "may_decide", "get_flashed_messages"}


@pytest.fixture
def article(client: FlaskClient) -> Article:
    return make_article("On Tea", tags=("Green tea", "Water"))


@pytest.mark.only_on("sqlite", reason="such a snippet shows no rows")
def test_a_site_snippet_is_rendered_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    snippet = Theme.snippet

    def counted(self: Theme, name: str, context: dict[str, object]) -> object:
        rendered.append(name)
        return snippet(self, name, context)

    monkeypatch.setattr(Theme, "snippet", counted)
    with app.test_request_context():
        first, second = theme.site_snippet("header"), theme.site_snippet("header")
    assert first == second
    assert "site-header" in first
    assert rendered == ["header"]


@pytest.mark.only_on("sqlite", reason="such a snippet shows no rows")
def test_a_site_snippet_that_failed_is_rendered_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        with monkeypatch.context() as patched:
            patched.setattr(Theme, "snippet", lambda *_: Markup())
            assert theme.site_snippet("footer") == ""
        assert "site-footer" in theme.site_snippet("footer")


def test_a_filled_form_is_not_shown_to_the_next_reader(client: FlaskClient, article: Article) -> None:
    blank = client.get("/articles/on-tea").text
    refused = client.post("/articles/on-tea/comments", data={"name": "Ada Lovelace", "email": "ada", "body": "Hello"})
    assert refused.status_code == 422
    assert 'value="Ada Lovelace"' in refused.text
    assert "email-error" in refused.text
    again = client.get("/articles/on-tea?comments=oldest").text
    assert "Ada Lovelace" not in again
    assert "email-error" not in again
    assert 'name="email"' in blank


@pytest.mark.only_on("sqlite", reason="such a snippet shows no rows")
def test_a_site_snippet_uses_nothing_that_differs_between_pages(app: Flask) -> None:
    for name in {name for name, _ in CALLS}:
        text = (TEMPLATES / "snippets" / f"_{name}.html").read_text(encoding="utf-8")
        used = find_undeclared_variables(app.jinja_env.parse(text))
        assert not used & PAGE_GLOBALS, name
        assert used - set(app.jinja_env.globals) <= {"form", "wrong"}, name


def test_only_the_blank_form_is_passed_to_a_site_snippet() -> None:
    assert {name: values for name, values in CALLS if values} == {"comment_fields": ", form=form, wrong=wrong"}
    assert len(CALLS) > 5
