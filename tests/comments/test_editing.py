"""Authors edit comments: for a limited time, with new checks, and without losing text to another tab or a moderator."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from blog.comments.editing import MAX_REVISIONS
from blog.comments.models import Comment, CommentRevision, Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import CommentChanged, decide, undo
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD
from tests.support.decisions import decide_on
from tests.support.factories import make_article, make_comment
from tests.support.rows import reread

NEW = "Thank you *very* much."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="100 per minute")


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def cleo(app: Flask) -> Moderator:
    return accounts.add("Cleo", PASSWORD)


def send(client: FlaskClient, comment: Comment, body: str = NEW, revision: int = 1, **fields: str) -> TestResponse:
    data = {"body": body, "revision": str(revision)} | fields
    return client.post(f"/comments/{token_of(comment)}/edit", data=data)


def revisions() -> list[tuple[int, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(CommentRevision).order_by(CommentRevision.id))
    return [(row.revision, row.body) for row in rows]


def receipt(client: FlaskClient, comment: Comment) -> str:
    return client.get(f"/comments/{token_of(comment)}").text


def test_the_form_shows_the_text_as_it_was_typed(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article, body="A *word* & <b>")
    page = client.get(f"/comments/{token_of(comment)}/edit")
    assert page.status_code == 200
    assert ">\nA *word* &amp; &lt;b&gt;</textarea>" in page.text


def test_an_edit_is_a_new_revision_that_waits_and_the_old_text_is_kept(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    answer = send(client, comment)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/comments/{token_of(comment)}")
    reread(comment)
    assert (comment.status, comment.revision, comment.version) == (Status.PENDING, 2, 2)
    assert (comment.body, comment.body_html) == (NEW, "<p>Thank you <em>very</em> much.</p>\n")
    assert comment.edited_at is not None
    assert revisions() == [(1, "Thank you.")]
    assert "<em>very</em>" in receipt(client, comment)


def test_an_approved_text_stays_up_while_its_edit_waits(client: FlaskClient, article: Article, cleo: Moderator) -> None:
    comment = make_comment(article, status=Status.APPROVED)
    send(client, comment)
    assert (reread(comment).status, comment.approved_revision) == (Status.PENDING, 1)
    page = client.get("/articles/on-tea").text
    assert "<p>Thank you.</p>" in page
    assert "very" not in page
    assert "Your edit is waiting for a moderator." in receipt(client, comment)

    send(client, comment, body="Another.", revision=2)
    assert reread(comment).approved_revision == 1
    decide_on(comment, Status.APPROVED, cleo)
    assert (reread(comment).status, comment.approved_revision) == (Status.APPROVED, None)
    assert "<p>Another.</p>" in client.get("/articles/on-tea").text


def test_undoing_the_approval_of_an_edit_shows_the_text_from_before_again(
    client: FlaskClient, article: Article, cleo: Moderator
) -> None:
    comment = make_comment(article, status=Status.APPROVED)
    send(client, comment)
    undo(decide_on(comment, Status.APPROVED, cleo).id, moderator=cleo)
    assert (reread(comment).status, comment.approved_revision) == (Status.PENDING, 1)
    assert "<p>Thank you.</p>" in client.get("/articles/on-tea").text


def test_under_an_open_policy_an_edit_shows_at_once(app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments="open")
    client = app.test_client()
    comment = make_comment(article, status=Status.APPROVED)
    send(client, comment)
    assert reread(comment).status == Status.APPROVED
    assert "<em>very</em>" in client.get("/articles/on-tea").text


def test_the_new_text_is_checked_and_not_the_old_one(app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments="open")
    client = app.test_client()
    comment = make_comment(article, status=Status.APPROVED)
    assert send(client, comment, body="[x](javascript:alert)").status_code == 422
    assert send(client, comment, body="  ").status_code == 422
    assert reread(comment).revision == 1
    send(client, comment, nickname="bot")
    assert (reread(comment).status, comment.approved_revision) == (Status.PENDING, 1)
    assert "honeypot" in {signal.name for signal in comment.signals}


def test_the_same_text_sent_twice_is_one_edit(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    assert [send(client, comment).status_code for _ in range(3)] == [303, 303, 303]
    assert reread(comment).revision == 2
    assert len(revisions()) == 1


def test_an_edit_from_another_tab_is_refused_and_nothing_is_lost(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    send(client, comment, body="From the first tab.")
    answer = send(client, comment, body="From the *second* tab.")
    assert answer.status_code == 409
    assert "This comment was edited elsewhere meanwhile." in answer.text
    assert "From the *second* tab." in answer.text
    assert "<p>From the first tab.</p>" in answer.text
    assert reread(comment).body == "From the first tab."
    assert 'value="2"' in answer.text, "the form now knows the newest revision"
    assert send(client, comment, body="From the *second* tab.", revision=2).status_code == 303
    assert reread(comment).body == "From the *second* tab."


def test_an_error_in_a_stale_form_does_not_make_it_current(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    send(client, comment, body="From the first tab.")
    assert 'value="1"' in send(client, comment, body="").text


def test_a_decision_on_an_older_text_is_refused(client: FlaskClient, article: Article, cleo: Moderator) -> None:
    comment = make_comment(article)
    revision, version = comment.revision, comment.version
    send(client, comment)
    with pytest.raises(CommentChanged):
        decide(comment.id, to=Status.APPROVED, revision=revision, version=version, moderator=cleo)
    assert reread(comment).status == Status.PENDING


def test_an_edit_after_a_rejection_is_refused_and_nothing_is_lost(
    client: FlaskClient, article: Article, cleo: Moderator
) -> None:
    comment = make_comment(article)
    decide_on(comment, Status.REJECTED, cleo)
    answer = send(client, comment)
    assert answer.status_code == 409
    assert "A moderator has decided" in answer.text
    assert NEW in answer.text
    assert reread(comment).body == "Thank you."


def test_an_edit_is_accepted_if_the_comment_was_approved_meanwhile(
    client: FlaskClient, article: Article, cleo: Moderator
) -> None:
    comment = make_comment(article)
    decide_on(comment, Status.APPROVED, cleo)
    assert send(client, comment).status_code == 303
    assert (reread(comment).status, comment.approved_revision) == (Status.PENDING, 1)


def test_after_some_minutes_it_is_too_late_but_the_text_can_still_be_copied(
    client: FlaskClient, article: Article
) -> None:
    comment = make_comment(article, submitted_at=utc_now() - timedelta(minutes=16))
    assert client.get(f"/comments/{token_of(comment)}/edit").status_code == 303
    assert "/edit" not in receipt(client, comment)
    answer = send(client, comment)
    assert answer.status_code == 409
    assert "The time for editing this comment is over." in answer.text
    assert NEW in answer.text
    assert reread(comment).body == "Thank you."


@pytest.mark.parametrize(("minutes", "status"), [(0, 409), (60, 303)])
def test_a_setting_limits_the_time_for_edits(app: Flask, article: Article, minutes: int, status: int) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comment_edit_minutes=minutes)
    comment = make_comment(article, submitted_at=utc_now() - timedelta(minutes=30))
    assert send(app.test_client(), comment).status_code == status


def test_the_number_of_revisions_is_bounded(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(revision=MAX_REVISIONS))
    assert send(client, comment, revision=MAX_REVISIONS).status_code == 409


def test_edits_are_counted_by_the_rate_limit(app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comment_rate="1 per minute")
    client, comment = app.test_client(), make_comment(article)
    assert send(client, comment).status_code == 303
    answer = send(client, comment, body="Faster.", revision=2)
    assert answer.status_code == 429
    assert "Faster." in answer.text
    assert answer.headers["Retry-After"]


def test_edits_that_are_refused_are_counted_too(app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comment_attempt_rate="2 per minute")
    client, comment = app.test_client(), make_comment(article)
    assert [send(client, comment, body="").status_code for _ in range(3)] == [422, 422, 429]


@pytest.mark.parametrize("path", ["edit", "withdrawal", "restoration"])
def test_another_site_changes_nothing(client: FlaskClient, article: Article, path: str) -> None:
    comment = make_comment(article)
    headers = {"Sec-Fetch-Site": "cross-site"}
    data = {"body": NEW, "revision": "1"}
    answer = client.post(f"/comments/{token_of(comment)}/{path}", data=data, headers=headers)
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert (reread(comment).body, comment.status) == ("Thank you.", Status.PENDING)


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999"])
def test_a_form_that_cannot_be_read_is_shown_again(client: FlaskClient, article: Article, revision: str) -> None:
    comment = make_comment(article)
    answer = client.post(f"/comments/{token_of(comment)}/edit", data={"body": NEW, "revision": revision})
    assert answer.status_code == 422
    assert NEW in answer.text
    assert reread(comment).body == "Thank you."


def test_an_edit_can_be_previewed_and_nothing_is_stored(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    path, data = f"/comments/{token_of(comment)}/edit?preview=1", {"body": NEW, "revision": "1"}
    page = client.post(path, data=data)
    assert page.status_code == 200
    assert "<p>Thank you <em>very</em> much.</p>" in page.text
    answer = client.post(path, data=data, headers={"Accept": "application/json"}).get_json()
    assert answer["html"] in page.text
    assert reread(comment).revision == 1


def test_a_comment_held_as_spam_can_be_edited_and_stays_held(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article, status=Status.SPAM)
    assert send(client, comment).status_code == 303
    assert (reread(comment).status, comment.body) == (Status.SPAM, NEW)
