"""The page cache: pages are fast, the same for everybody, and never out of date."""

import gzip
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from time_machine import travel
from werkzeug.test import TestResponse

from blog.articles import views
from blog.cache import cache_of
from blog.cache.purges import EVERYTHING, CachePurge, purge
from blog.comments.models import Status
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import decide, undo
from tests.support.applications import opened
from tests.support.clients import PASSWORD
from tests.support.factories import NOON, make_article, make_comment
from tests.support.queries import statements
from tests.support.waiting import wait_until

IMPOSSIBLE_DATE = "Mon, 99999999999999999999 Jan 2024 00:00:00 GMT"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, page_cache_mb=8)


def asks_the_database(client: FlaskClient, path: str) -> bool:
    """Whether a response needs statements, apart from the one that looks for purges."""
    with statements(db.engine) as sent:
        assert client.get(path).status_code == 200
    watching = ("SELECT cache_purge", "SELECT article.id, article.labels")
    return not all(statement.startswith(watching) for statement in sent)


def purge_keys(*keys: str) -> None:
    with write_transaction(db.session()) as session:
        purge(session, keys, "test")


def test_a_page_is_made_once_and_is_the_same_for_everybody(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    first = client.get("/articles/on-tea", headers={"Accept-Encoding": "identity"})
    assert not asks_the_database(client, "/articles/on-tea")
    again = client.get("/articles/on-tea", headers={"Accept-Encoding": "identity"})
    assert again.data == first.data
    assert "Set-Cookie" not in again.headers
    assert again.headers["Vary"] == "Accept-Encoding"
    assert "Content-Security-Policy" in again.headers
    assert "s-maxage=30" in again.headers["Cache-Control"]
    assert f"article/{db.session.scalars(db.select(Article.id)).one()}" in again.headers["Surrogate-Key"].split()
    assert again.headers["Surrogate-Key"].split() == again.headers["Cache-Tag"].split(",")


def test_every_public_page_is_cached(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    for path in (
        *("/", "/tags/", "/tags/tea", "/authors/ada-byron", "/archive/", "/archive/2026", "/feed.xml", "/feed.json"),
    ):
        assert asks_the_database(client, path), path
        assert not asks_the_database(client, path), path


CODINGS: dict[str, str | None] = {
    "": None, "identity": None, "gzip": "gzip", "br": "br", "gzip, br": "br", "*": "br", "gzip;q=1, br;q=0.5": "gzip",
    "br;q=0, *": "gzip", "identity;q=0, gzip;q=0.1": "gzip", "deflate": None, "nonsense;;q=x": None,
}  # fmt: skip
"""What a client accepts, and what it gets."""


def test_a_client_gets_the_coding_that_it_accepts(client: FlaskClient) -> None:
    make_article("On Tea", body_html="<p>Water first.</p>" * 50)
    plain = client.get("/articles/on-tea").data
    unpack: dict[str | None, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}
    for accept, coding in CODINGS.items():
        answer = client.get("/articles/on-tea", headers={"Accept-Encoding": accept})
        assert answer.headers.get("Content-Encoding") == coding, accept
        assert unpack.get(coding, bytes)(answer.data) == plain, accept
        assert int(answer.headers["Content-Length"]) == len(answer.data), accept


def test_head_and_conditional_requests(client: FlaskClient) -> None:
    make_article("On Tea")
    head = client.head("/articles/on-tea")
    assert (head.status_code, head.data) == (200, b"")
    page = client.get("/articles/on-tea")
    assert int(head.headers["Content-Length"]) == len(page.data)
    for name, value in (
        ("If-None-Match", page.headers["ETag"]),
        ("If-None-Match", f'"other", {page.headers["ETag"]}'),
        ("If-None-Match", "*"),
        ("If-Modified-Since", page.headers["Last-Modified"]),
    ):
        answer = client.get("/articles/on-tea", headers={name: value})
        assert (answer.status_code, answer.data) == (304, b""), name
        assert answer.headers["ETag"] == page.headers["ETag"]
        assert answer.headers["Cache-Control"] == page.headers["Cache-Control"]
    for name, value in (("If-None-Match", '"other"'), ("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
                        ("If-Modified-Since", "nonsense"), ("If-Modified-Since", IMPOSSIBLE_DATE)):  # fmt: skip
        assert client.get("/articles/on-tea", headers={name: value}).status_code == 200


def test_unknown_query_parameters_give_the_same_page(client: FlaskClient) -> None:
    for number in range(12):
        make_article(f"Piece {number}", published_at=NOON + timedelta(hours=number))
    client.get("/")
    assert not asks_the_database(client, "/?utm_source=mail&x=1")
    assert client.get("/?page=2").data != client.get("/").data
    assert not asks_the_database(client, "/?page=2")
    long = "utm_source=" + "x" * 300
    assert not asks_the_database(client, f"/?{long}")
    assert client.get(f"/?{long}&page=2").data == client.get("/?page=2").data, "however late it stands"
    assert client.get(f"/?{long * 10}&page=2").data == client.get("/?page=2").data
    assert client.get("/?page=99").status_code == 404
    assert client.get("/?" + "a=1&" * 400).status_code == 200


def test_private_pages_are_never_cached(client: FlaskClient) -> None:
    make_article("On Tea")
    for path, status in (("/nothing", 404), ("/moderation/", 302), ("/articles/nothing", 404)):
        for _ in range(2):
            answer = client.get(path)
            assert answer.status_code == status
            assert "ETag" not in answer.headers
            assert "Surrogate-Key" not in answer.headers


def test_an_error_is_not_cached(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_article("On Tea")
    app.testing = False
    with monkeypatch.context() as broken:
        broken.setattr(views, "_article_page", lambda *_: 1 / 0)
        assert client.get("/articles/on-tea").status_code == 500
    assert client.get("/articles/on-tea").status_code == 200


def shows(client: FlaskClient, text: str) -> bool:
    return text in client.get("/articles/on-tea").text


def test_a_decision_is_on_the_page_at_once_and_a_pending_comment_purges_nothing(client: FlaskClient) -> None:
    article = make_article("On Tea")
    other = make_article("On Cups", published_at=NOON + timedelta(days=1))
    moderator = accounts.add("Cleo", PASSWORD)
    assert not shows(client, "Lovely.")
    client.get("/articles/on-cups")
    comment = make_comment(article, "Lovely.")
    assert db.session.scalar(db.select(db.func.count()).select_from(CachePurge)) == 0
    decision = decide(
        comment.id, to=Status.APPROVED, revision=comment.revision, version=comment.version, moderator=moderator
    )
    assert decision is not None
    assert shows(client, "Lovely.")
    assert not asks_the_database(client, f"/articles/{other.slug}"), "the others stay"
    undo(decision.id, moderator=moderator)
    assert not shows(client, "Lovely.")


def test_another_process_sees_a_purge_within_a_moment(app: Flask, client: FlaskClient, settings: Settings) -> None:
    article = make_article("On Tea")
    assert client.get("/articles/on-tea").status_code == 200
    with opened(settings), write_transaction(db.session()) as session:
        session.get_one(Article, article.id).title = "On Leaves"
        purge(session, [f"article/{article.id}"], "test")
    wait_until(lambda: shows(client, "On Leaves"))


def test_a_page_made_during_a_purge_of_its_keys_is_not_cached(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article("On Tea")
    real = views._article_page
    began, go_on = threading.Event(), threading.Event()

    def slow(*args: object) -> object:
        made = real(*args)  # type: ignore[arg-type]
        began.set()
        assert go_on.wait(20)
        return made

    monkeypatch.setattr(views, "_article_page", slow)
    answers: list[TestResponse] = []
    reader = threading.Thread(target=lambda: answers.append(app.test_client().get("/articles/on-tea")))
    reader.start()
    assert began.wait(20)
    with write_transaction(db.session()) as session:
        session.get_one(Article, article.id).title = "On Leaves"
        purge(session, [f"article/{article.id}"], "test")
    go_on.set()
    reader.join(20)
    assert "On Tea" in answers[0].text, "it was made before"
    monkeypatch.setattr(views, "_article_page", real)
    assert shows(client, "On Leaves")


def test_a_page_is_made_once_however_many_ask_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_article("On Tea")
    real, made = views._article_page, []
    all_asked = threading.Barrier(5)

    def counted(*args: object) -> object:
        made.append(1)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(views, "_article_page", counted)
    answers: list[int] = []

    def ask() -> None:
        all_asked.wait(20)
        answers.append(app.test_client().get("/articles/on-tea").status_code)

    readers = [threading.Thread(target=ask) for _ in range(5)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    assert answers == [200] * 5
    assert len(made) == 1


def test_a_scheduled_article_appears_by_itself(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    moment = utc_now() + timedelta(hours=1)
    make_article("To come", tags=("Tea",), published_at=moment)
    for path in ("/", "/tags/tea", "/archive/"):
        assert "To come" not in client.get(path).text
    assert "To come" not in client.get("/articles/on-tea").text
    with travel(moment):
        for path in ("/", "/tags/tea", "/articles/on-tea"):
            wait_until(lambda path=path: "To come" in client.get(path).text)  # type: ignore[misc]


def test_cached_pages_are_served_without_the_database(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_article("On Tea")
    assert client.get("/articles/on-tea").status_code == 200
    watcher = cache_of(app).watcher

    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(watcher, "_read", gone)
    wait_until(lambda: watcher.stale_seconds)
    answer = client.get("/articles/on-tea")
    assert answer.status_code == 200
    assert int(answer.headers["Age"]) >= 0
    assert "s-maxage=5," in answer.headers["Cache-Control"], (
        "shared caches must not cache possibly outdated pages for long"
    )
    assert watcher.stale_seconds > 0
    assert asks_the_database(client, "/tags/")
    assert asks_the_database(client, "/tags/"), "a purge may have been missed, so no page is added now"
    monkeypatch.undo()
    wait_until(lambda: "Age" not in client.get("/articles/on-tea").headers)


def test_the_whole_cache_can_be_purged(client: FlaskClient) -> None:
    make_article("On Tea")
    client.get("/")
    purge_keys(EVERYTHING)
    assert asks_the_database(client, "/")


def test_a_feed_is_cached_separately_for_browsers_and_programs(client: FlaskClient) -> None:
    make_article("On Tea")
    for _ in range(2):
        program = client.get("/feed.xml", headers={"Accept": "application/atom+xml"})
        browser = client.get("/feed.xml", headers={"Accept": "text/html,application/xml;q=0.9"})
        assert program.content_type.startswith("application/atom+xml")
        assert browser.content_type.startswith("application/xml")
        assert program.headers["Vary"] == "Accept, Accept-Encoding"


def test_a_conditional_request_fills_the_cache_too(client: FlaskClient) -> None:
    make_article("On Tea")
    etag = client.get("/feed.json").headers["ETag"]
    purge_keys(EVERYTHING)
    assert client.get("/feed.json", headers={"If-None-Match": etag}).status_code == 304
    assert not asks_the_database(client, "/feed.json")
