"""Sending comments: what is accepted, what is refused, and that no input is lost."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from blog.comments.models import Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.content.models import Article, Redirect
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.markup.comment import CLEANER_VERSION
from tests.comments.sending import FIELDS, send, stored
from tests.support.factories import make_article


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="50 per minute")


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


def test_a_comment_is_stored_pending_and_its_receipt_shows_it(client: FlaskClient) -> None:
    answer = send(client, {"User-Agent": "A browser\x07", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    comment = stored()[0]
    assert (comment.status, comment.name, comment.email) == (Status.PENDING, "Bea Brown", "bea@example.org")
    assert comment.body == "I boil it *once* & no more."
    assert comment.body_html == "<p>I boil it <em>once</em> &amp; no more.</p>\n"
    assert comment.cleaner_version == CLEANER_VERSION
    assert comment.network == "127.0.0.0/24"
    assert comment.user_agent == "A browser"
    assert (comment.revision, comment.version) == (1, 1)
    assert answer.headers["Location"] == f"/comments/{token_of(comment)}"
    receipt = client.get(answer.headers["Location"])
    assert "<p>I boil it <em>once</em> &amp; no more.</p>" in receipt.text
    assert "waiting for a moderator" in receipt.text
    assert receipt.headers["Cache-Control"] == "no-store"
    assert receipt.headers["X-Robots-Tag"] == "noindex"
    assert "I boil it" not in client.get("/articles/on-tea").text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("de-CH, de;q=0.9", "de-CH, de;q=0.9"),
        ("", ""),
        ("de\x07\x1b<b>", "de<b>"),
        ("de\xff\xfe", "de\xff\xfe"),
        ("x" * 5_000, "x" * 100),
    ],
)
def test_the_languages_of_the_browser_are_kept_for_moderators_alone(client: FlaskClient, sent: str, kept: str) -> None:
    answer = send(client, {"Accept-Language": sent})
    assert answer.status_code == 303
    assert stored()[0].accept_language == kept
    assert "q=0.9" not in client.get(answer.headers["Location"]).text


@pytest.mark.only_on("sqlite", reason="a refused form stores nothing")
@pytest.mark.only_on("sqlite", reason="a refused form stores nothing")
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Please give a name"),
        ("name", " \u202e ", "Please give a name"),
        *(("name", blank, "Please give a name") for blank in ("\u3164", "\u2800", "\ufe0f", "\u0301", "\u200b")),
        ("name", "n" * 81, "at most 80 characters"),
        ("email", "", "it is never shown"),
        ("email", "bea", "Please give an e-mail address"),
        ("email", "b@" + "x" * 250 + ".org", "at most 254 characters"),
        ("website", "bea", "Please give a web address"),
        ("website", "http://a:b:c", "Please give a web address"),
        ("website", "javascript:alert(1)", "Please give a web address"),
        ("website", "mailto:bea@example.org", "Please give a web address"),
        ("website", "https://bea.example/" + "x" * 300, "at most 300 characters"),
        ("body", " \n ", "Please write something."),
        *(("body", blank, "Please write something.") for blank in ("\u200b", "&#x3164;", ">", "```\n```", "* * *")),
        ("body", "b" * 5001, "at most 5,000 characters"),
        ("body", "[x](javascript:alert) kept", "published: javascript:alert."),
        ("body", "<b>" * 1600, "too many links, quotes, lists or signs"),
    ],
)
def test_errors_are_shown_beside_their_fields_and_nothing_is_lost(
    client: FlaskClient, field: str, value: str, words: str
) -> None:
    answer = send(client, None, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error">' in answer.text
    error = answer.text.split(f'id="{field}-error">', 1)[1].split("</p>")[0]
    assert words in error
    assert answer.text.count('class="field__error"') == 1
    kept = {name: shown for name, shown in (FIELDS | {field: value}).items() if shown.strip(" \n\u202e")}
    for shown in kept.values():
        assert shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert stored() == []


def test_a_website_is_completed(client: FlaskClient) -> None:
    assert send(client, website="bea.example/tea").status_code == 303
    assert stored()[0].website == "https://bea.example/tea"


def test_a_refused_link_is_named_as_it_was_typed(client: FlaskClient) -> None:
    assert "published: x/ü?q=ö." in send(client, None, body="[tea](x/ü?q=ö)").text


def test_a_body_of_the_full_length_is_accepted_with_any_line_ends(client: FlaskClient) -> None:
    assert send(client, body="éé éé éé\r\n" * 500 + "é" * 500).status_code == 303
    assert len(stored()[0].body) == 5_000


def test_a_form_without_fields_is_shown_again(client: FlaskClient) -> None:
    answer = client.post("/articles/on-tea/comments")
    assert answer.status_code == 422
    assert answer.text.count('class="field__error"') == 3


def test_a_comment_sent_by_another_site_is_refused_and_its_text_kept(client: FlaskClient) -> None:
    answer = send(client, {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert "I boil it *once* &amp; no more." in answer.text
    assert stored() == []


def test_filling_in_the_honeypot_looks_normal_but_makes_spam(client: FlaskClient) -> None:
    answer = send(client, nickname="bot")
    assert answer.status_code == 303
    comment = stored()[0]
    assert comment.status == Status.SPAM
    assert comment.signals[0].name == "honeypot"
    page = client.get("/articles/on-tea").text
    assert 'class="field field--decoy" aria-hidden="true"' in page
    assert 'tabindex="-1"' in page.split("field--decoy", 1)[1][:400]


def test_an_article_that_is_not_public_takes_no_comment(client: FlaskClient, article: Article) -> None:
    with write_transaction(db.session()) as session:
        session.execute(update(Article).values(withdrawn_at=utc_now()))
    assert send(client).status_code in {404, 410}
    assert client.post("/articles/nothing/comments", data=FIELDS).status_code == 404


def test_a_comment_sent_to_the_former_address_of_an_article_is_stored(client: FlaskClient, article: Article) -> None:
    with write_transaction(db.session()) as session:
        session.add(Redirect(path="/articles/old-tea", article_id=article.id))
    refused = client.post("/articles/old-tea/comments", data=FIELDS | {"email": "bea"})
    assert refused.status_code == 422
    assert 'action="/articles/on-tea/comments"' in refused.text
    assert FIELDS["body"].split("&")[0] in refused.text
    assert client.post("/articles/old-tea/comments", data=FIELDS).status_code == 303
    assert stored()[0].article_id == article.id


@pytest.mark.parametrize(
    ("own", "site", "status", "begins"),
    [
        (None, "moderated", 303, Status.PENDING),
        (None, "open", 303, Status.APPROVED),
        (None, "closed", 403, None),
        ("open", "closed", 303, Status.APPROVED),
        ("moderated", "open", 303, Status.PENDING),
        ("closed", "open", 403, None),
    ],
)
def test_an_article_s_policy_overrides_the_site_s(
    app: Flask, own: str | None, site: str, status: int, begins: Status | None
) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments=site)
    with write_transaction(db.session()) as session:
        session.execute(update(Article).values(comment_policy=own))
    answer = send(app.test_client())
    assert answer.status_code == status
    assert [comment.status for comment in stored()] == ([begins] if begins else [])
    if status == 403:
        assert "closed" in answer.text
        assert "I boil it *once* &amp; no more." in answer.text


def test_a_closed_article_says_so_and_has_no_form(app: Flask) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments="closed")
    page = app.test_client().get("/articles/on-tea").text
    assert "Comments are closed." in page
    assert "<form" not in page


def test_the_form_says_that_comments_are_checked(client: FlaskClient) -> None:
    assert "All comments are checked before they are published." in client.get("/articles/on-tea").text


def test_refused_forms_are_limited_too_and_keep_their_text(app: Flask) -> None:
    make_article("On Coffee")
    app.config["BLOG"] = replace(app.config["BLOG"], comment_attempt_rate="3 per minute")
    client = app.test_client()
    answers = [send(client, None, body=f"[x](javascript:{number})") for number in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert "javascript:3" in answers[-1].text
    assert answers[-1].headers["Retry-After"] == "60"


def test_too_many_comments_wait_but_refused_ones_do_not_count(app: Flask) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comment_rate="2 per minute")
    client = app.test_client()
    for _ in range(5):
        assert send(client, name="").status_code == 422
    assert [send(client, body=f"Number {n}").status_code for n in range(3)] == [303, 303, 429]
    answer = send(client, body="Number 3")
    assert "too fast" in answer.text
    assert "Number 3" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert send(client, email="other@example.org", body="x").status_code == 429
    elsewhere = app.test_client().post(
        "/articles/on-tea/comments", data=FIELDS, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert elsewhere.status_code == 303


class TestWithoutRedis:
    """Rate limits are counted in a Redis that has gone away."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, redis_url="redis://127.0.0.1:1/0", comment_rate="2 per minute")

    def test_comments_are_taken_and_counted_all_the_same(self, client: FlaskClient) -> None:
        assert [send(client, body=f"Number {n}").status_code for n in range(3)] == [303, 303, 429]


def test_commenting_sets_no_cookie(client: FlaskClient) -> None:
    for answer in (send(client), send(client, name=""), client.get(send(client).headers["Location"])):
        assert "Set-Cookie" not in answer.headers
