"""Static files: the address has a hash of the content, so they can be cached for a year."""

import gzip
import re
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.config import Settings
from blog.theming import assets
from blog.theming.assets import Assets, asset_url
from blog.theming.minify import MINIFIERS
from tests.support.applications import opened

pytestmark = pytest.mark.only_on("sqlite", reason="static files alone are served")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    (folder / "static" / "css").mkdir(parents=True)
    (folder / "static" / "css" / "10-tokens.css").write_text(":root { --paper: papayawhip }", encoding="utf-8")
    return folder


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return asset_url(name)


def test_a_static_file_is_cached_for_a_year(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, "icons/favicon.svg"))
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer.close()


def test_an_outdated_address_is_cached_briefly(client: FlaskClient) -> None:
    answer = client.get("/static/0123456789ab/css/site.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_the_stylesheet_is_all_stylesheets_in_the_order_of_their_layers(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, "css/site.css"))
    assert answer.mimetype == "text/css"
    places = [answer.text.index(text) for text in ("@layer tokens,base", "--paper:", ".article{", "@media print")]
    assert places == sorted(places)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_text_file_is_compressed_for_clients_that_accept_it(app: Flask, client: FlaskClient, encoding: str) -> None:
    plain = client.get(address(app, "css/site.css"))
    packed = client.get(address(app, "css/site.css"), headers={"Accept-Encoding": encoding})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == encoding
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) < len(plain.data) / 4
    assert (brotli if encoding == "br" else gzip).decompress(packed.data) == plain.data


def test_moderators_pages_have_their_own_stylesheet(app: Flask, client: FlaskClient) -> None:
    site, moderation = (client.get(address(app, f"css/{name}.css")).text for name in ("site", "moderation"))
    assert ".card__body" in moderation
    assert ".card__body" not in site
    assert "css/moderation.css" in client.get("/moderation/login").text
    assert "css/moderation.css" not in client.get("/").text


def test_a_missing_file_is_not_found(client: FlaskClient) -> None:
    assert client.get("/static/0123456789ab/css/nothing.css").status_code == 404
    assert client.get("/static/0123456789ab/../../pyproject.toml").status_code == 404
    assert client.get("/static/0123456789ab/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


def test_a_theme_s_file_replaces_ours_and_changes_the_address(settings: Settings, folder: Path) -> None:
    with opened(settings) as plain, opened(replace(settings, theme=folder)) as themed:
        assert address(plain, "css/site.css") != address(themed, "css/site.css")
        css = themed.test_client().get(address(themed, "css/site.css")).text
    assert "papayawhip" in css
    assert "--vermilion: oklch" not in css
    assert ".article{" in css


@pytest.mark.parametrize("suffix", [".css", ".js"])
def test_a_new_minifier_changes_the_addresses(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Assets(None, print).digest
    assert Assets(None, print).digest == before
    monkeypatch.setitem(MINIFIERS, suffix, str.strip)
    assert Assets(None, print).digest != before


def test_joining_other_stylesheets_changes_the_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Assets(None, print).digest
    monkeypatch.setattr(assets, "MODERATION_PARTS", re.compile(r"css/never"))
    assert Assets(None, print).digest != before


@pytest.mark.parametrize("name", ["fonts/mine.woff2", "mine.txt"])
def test_a_file_that_was_deleted_since_the_start_is_not_found(settings: Settings, folder: Path, name: str) -> None:
    path = folder / "static" / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    with opened(replace(settings, theme=folder)) as app:
        old = address(app, name)
        path.unlink()
        assert app.test_client().get(old).status_code == 404


def test_hidden_files_of_a_theme_are_not_served(settings: Settings, folder: Path) -> None:
    (folder / "static" / ".git").mkdir()
    for name in (".env", ".git/config", "css/.secret.css"):
        (folder / "static" / name).write_text("hunter2 {}", encoding="utf-8")
    with opened(replace(settings, theme=folder)) as app:
        for name in (".env", ".git/config", "css/.secret.css"):
            assert app.test_client().get(address(app, name)).status_code == 404
        assert "hunter2" not in app.test_client().get(address(app, "css/site.css")).text
