"""The cached page of a thread follows its article."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from blog.comments.models import Status
from blog.config import Settings
from tests.support.content_fixtures import Pull
from tests.support.factories import make_comment
from tests.support.files import write
from tests.support.rows import article


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, page_cache_mb=8)


@pytest.fixture
def address(client: FlaskClient, folder: Path, pull: Pull) -> str:
    """The address of a thread whose page is in the cache."""
    write(folder, "tea.md", "# On Tea\n\nWater first.")
    pull()
    root = make_comment(article("tea"), status=Status.APPROVED)
    address = f"/articles/tea/comments/{root.id}/replies"
    assert "On Tea" in client.get(address).text
    return address


def test_a_renamed_article_has_its_new_title(client: FlaskClient, folder: Path, pull: Pull, address: str) -> None:
    write(folder, "tea.md", "# On Green Tea\n\nWater first.")
    pull()
    assert "On Green Tea" in client.get(address).text


def test_an_article_at_another_address_redirects(client: FlaskClient, folder: Path, pull: Pull, address: str) -> None:
    write(folder, "tea.md", "# On Tea\n\nWater first.", slug="leaves")
    pull()
    assert client.get(address).location == address.replace("/tea/", "/leaves/")


def test_a_closed_article_offers_no_replies(client: FlaskClient, folder: Path, pull: Pull, address: str) -> None:
    assert "/reply" in client.get(address).text
    write(folder, "tea.md", "# On Tea\n\nWater first.", comments="closed")
    pull()
    assert "/reply" not in client.get(address).text


def test_a_withdrawn_article_has_no_threads(client: FlaskClient, folder: Path, pull: Pull, address: str) -> None:
    write(folder, "tea.md", "# On Tea\n\nWater first.", draft="true")
    pull()
    assert client.get(address).status_code == 404
