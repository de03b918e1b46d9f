"""Previews: everybody who has the link sees the draft as it will look, until the link expires."""

import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.content import preview_links
from blog.database import utc_now
from blog.sources.folder.source import FolderSource
from blog.sync.run import sync
from tests.support.factories import make_article
from tests.support.files import UTC_ZONE, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write(folder, "tea.md", "Water *first*.", title="On Tea", draft="true", tags="[Green tea]", authors="Ada")
    write(folder, "cups.md", "A cup.", title="On Cups")
    return folder


def pull(folder: Path) -> None:
    sync(FolderSource("folder:articles", folder, UTC_ZONE))


def look(client: FlaskClient, source_id: str, days: int | None = None) -> TestResponse:
    return client.get(urlsplit(preview_links.preview_url(source_id, days)).path)


def test_a_draft_is_previewed_and_not_cached(client: FlaskClient, folder: Path) -> None:
    pull(folder)
    answer = look(client, "tea.md")
    assert answer.status_code == 200
    assert "<em>first</em>" in answer.text
    assert 'href="/tags/green-tea"' in answer.text
    assert "preview of a draft" in answer.text
    assert 'name="body"' not in answer.text, "nobody comments on a draft"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_a_draft_is_on_no_other_page(client: FlaskClient, folder: Path) -> None:
    pull(folder)
    assert client.get("/articles/tea").status_code == 404
    assert client.get("/tags/green-tea").status_code == 404
    assert "On Tea" not in client.get("/").text


def test_a_preview_follows_the_draft_and_then_redirects_to_the_article(client: FlaskClient, folder: Path) -> None:
    pull(folder)
    path = urlsplit(preview_links.preview_url("tea.md")).path
    write(folder, "tea.md", "Leaves second.", title="On Tea", draft="true")
    pull(folder)
    assert "Leaves second." in client.get(path).text
    write(folder, "tea.md", "Leaves second.", title="On Tea")
    pull(folder)
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, "/articles/tea")
    (folder / "tea.md").unlink()
    pull(folder)
    assert client.get(path).status_code == 404


def test_a_scheduled_article_has_a_preview(client: FlaskClient) -> None:
    make_article("To come", published_at=utc_now() + timedelta(days=3))
    answer = look(client, "to-come.md")
    assert answer.status_code == 200
    assert "will be public on" in answer.text


def test_a_link_expires(client: FlaskClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull(folder)
    path = urlsplit(preview_links.preview_url("tea.md", days=1)).path
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_000)
    assert client.get(path).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 87_000)
    answer = client.get(path)
    assert answer.status_code == 410
    assert "expired" in answer.text
    assert "Water" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change", ["x{}", "{}x", "{}.{}", "tea.md"])
def test_a_forged_link_is_refused(client: FlaskClient, folder: Path, change: str) -> None:
    pull(folder)
    token = urlsplit(preview_links.preview_url("tea.md")).path.rpartition("/")[2]
    assert client.get(f"/preview/{change.format(token, token)}").status_code == 404


@pytest.mark.usefixtures("app")
def test_a_draft_beyond_the_listed_ones_is_found_by_its_slug(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_links, "MAX_LISTED", 1)
    write(folder, "pots.md", "A pot.", title="On Pots", draft="true")
    pull(folder)
    for slug in ("tea", "pots"):
        assert [piece.slug for piece in preview_links.unpublished(slug=slug)] == [slug]
    assert len(preview_links.unpublished()) == 1
