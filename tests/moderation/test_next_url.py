"""The pages to which a moderator may be redirected."""

import pytest
from flask import Flask

from blog.moderation.next_url import after_decision, safe_next_url

pytestmark = pytest.mark.only_on("sqlite", reason="no database is asked")


@pytest.mark.parametrize(
    "address",
    [
        "/moderation/",
        "/moderation/?status=spam&after=7",
        "/moderation/log?before=3",
        "/moderation/comments/12",
    ],
)
def test_a_page_for_moderators_is_a_valid_target(app: Flask, address: str) -> None:
    with app.test_request_context():
        assert safe_next_url(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "/",
        "/articles/on-tea",
        "https://evil.example/moderation/",
        "//evil.example/moderation/",
        "/\\evil.example/moderation/",
        "\\\\evil.example/moderation/",
        "/moderation/../articles/on-tea",
        "/moderation/%2e%2e/",
        "/moderation//evil.example",
        "/moderation/logout",
        "/moderation/comments/12/decisions",
        "/moderation/comments/99999999999999999999",
        "javascript:alert(1)",
        "moderation/",
        "http:///moderation/",
        "//[/moderation/",
        "/moderation",
    ],
)
def test_any_other_target_becomes_the_queue(app: Flask, address: str | None) -> None:
    with app.test_request_context():
        assert safe_next_url(address) == "/moderation/"


def test_a_page_reports_the_last_decision_only(app: Flask) -> None:
    with app.test_request_context():
        assert after_decision("/moderation/?status=spam&decided=4", 5) == "/moderation/?status=spam&decided=5"
        assert after_decision("/moderation/?status=spam&decided=4", None) == "/moderation/?status=spam"
