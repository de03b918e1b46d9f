"""Moderators edit comments: the original is kept, readers see a note, and an edit can be undone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.cache.purges import CachePurge
from blog.comments import personal_data
from blog.comments.models import Comment, CommentRevision, Status
from blog.comments.receipts import token_of
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.markup import clean_comment
from blog.moderation import edits
from blog.moderation.edits import ModeratorEditRefused
from blog.moderation.models import AccountEvent, Moderator
from tests.support.clients import Visitor
from tests.support.factories import make_comment
from tests.support.rows import reread

ORIGINAL, BETTER = "Call me: 0123 456. Lovely *tea*.", "Lovely *tea*."


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article, ORIGINAL, status=Status.APPROVED)


def edit(comment: Comment, moderator: Moderator, text: str = BETTER, revision: int = 1, version: int = 1) -> None:
    edits.edit(comment.id, text, clean_comment(text), revision=revision, version=version, moderator=moderator)


def events() -> list[str]:
    return list(db.session.scalars(select(AccountEvent.action).order_by(AccountEvent.id)))


def test_an_edit_is_published_with_a_note_and_logged(
    client: FlaskClient, visitor: Visitor, article: Article, comment: Comment
) -> None:
    visitor.visit(f"/moderation/comments/{comment.id}/edit")
    answer = visitor.press("Save the text", body=BETTER)
    assert answer.headers["Location"] == f"/moderation/comments/{comment.id}"
    page = client.get("/articles/on-tea").text
    assert "<em>tea</em>" in page
    assert "0123 456" not in page
    assert "edited by a moderator" in page
    assert reread(comment).status == Status.APPROVED
    assert f"article/{article.id}" in set(db.session.scalars(select(CachePurge.key)))
    assert events()[-1] == "comment_edited"
    assert db.session.scalars(select(AccountEvent.detail)).all()[-1] == f"/moderation/comments/{comment.id}"


def test_only_moderators_see_the_original(client: FlaskClient, visitor: Visitor, comment: Comment) -> None:
    token = token_of(comment)
    visitor.visit(f"/moderation/comments/{comment.id}/edit")
    visitor.press("Save the text", body=BETTER)
    page = visitor.visit(f"/moderation/comments/{comment.id}").text
    assert "<del>Call me: 0123 456. </del>" in page
    assert "by a moderator" in page
    receipt = client.get(f"/comments/{token}").text
    assert "A moderator edited it" in receipt
    assert "0123 456" not in receipt
    feed = client.get("/articles/on-tea/comments.xml").text
    assert "tea" in feed
    assert "0123 456" not in feed


def test_an_edit_is_undone_as_one_step(client: FlaskClient, visitor: Visitor, comment: Comment) -> None:
    visitor.visit(f"/moderation/comments/{comment.id}/edit")
    visitor.press("Save the text", body=BETTER)
    visitor.visit(f"/moderation/comments/{comment.id}")
    visitor.press("Undo the moderator’s edit")
    page = client.get("/articles/on-tea").text
    assert "0123 456" in page
    assert "edited by a moderator" not in page
    assert events()[-2:] == ["comment_edited", "edit_undone"]
    assert "Undo the moderator’s edit" not in visitor.visit(f"/moderation/comments/{comment.id}").text


def test_a_text_that_was_typed_before_signing_in_again_is_kept(visitor: Visitor, comment: Comment) -> None:
    visitor.visit(f"/moderation/comments/{comment.id}/edit")
    form = visitor.form("Save the text")
    answer = visitor.ask(form.action, "POST", data=form.fields | {"body": BETTER, "csrf_token": "stale"})
    assert answer.status_code == 400
    assert f">\n{BETTER}</textarea>" in answer.text
    visitor._show(answer)
    assert visitor.press("Save the text", body=BETTER).status_code == 303
    assert reread(comment).body == BETTER


def test_a_text_whose_session_has_ended_is_shown_for_copying(stranger: Visitor, comment: Comment) -> None:
    for path, name in (("edit", "body"), ("replies", "reply")):
        answer = stranger.ask(f"/moderation/comments/{comment.id}/{path}", "POST", data={name: "<b>Long</b> & good."})
        assert answer.status_code == 401
        assert ">\n&lt;b&gt;Long&lt;/b&gt; &amp; good.</textarea>" in answer.text
    assert "What you typed" not in stranger.visit("/moderation/login").text


def test_the_same_rules_hold_as_for_readers(visitor: Visitor, comment: Comment) -> None:
    visitor.visit(f"/moderation/comments/{comment.id}/edit")
    for text in ("", "[x](javascript:alert(1))", "a" * 5_001, "\u200b"):
        answer = visitor.press("Save the text", body=text)
        assert answer.status_code == 422, text[:20]
        assert "field__error" in answer.text
    visitor.press("Save the text", body="<script>alert(1)</script>")
    assert "<script>" not in reread(comment).body_html


def test_the_second_of_two_editors_keeps_the_typed_text(visitor: Visitor, comment: Comment, dan: Moderator) -> None:
    visitor.visit(f"/moderation/comments/{comment.id}/edit")
    edit(comment, dan, "Dan was faster.")
    answer = visitor.press("Save the text", body=BETTER)
    assert answer.status_code == 409
    assert "nothing was saved" in answer.text
    assert "Dan was faster." in answer.text
    assert f">\n{BETTER}</textarea>" in answer.text
    assert reread(comment).body == "Dan was faster."
    assert visitor.press("Save the text", body=BETTER).status_code == 303
    assert reread(comment).body == BETTER


def test_a_commenter_who_edits_at_the_same_time_gets_both_texts(
    client: FlaskClient, app: Flask, article: Article, cleo: Moderator
) -> None:
    comment = make_comment(article, ORIGINAL)
    token = token_of(comment)
    edit(comment, cleo)
    answer = client.post(f"/comments/{token}/edit", data={"body": "My words.", "revision": "1"})
    assert answer.status_code == 409
    assert "My words." in answer.text
    assert "This comment was edited elsewhere meanwhile." in answer.text


def test_an_edit_that_waits_is_changed_without_showing_it(
    client: FlaskClient, article: Article, comment: Comment, cleo: Moderator
) -> None:
    with write_transaction(db.session()) as session:
        session.add(
            CommentRevision(
                comment_id=comment.id, revision=1, body=ORIGINAL, body_html="<p>Approved.</p>", cleaner_version=1,
                created_at=comment.submitted_at,
            )
        )  # fmt: skip
        row = session.get_one(Comment, comment.id)
        row.status, row.revision, row.approved_revision, row.body = Status.PENDING, 2, 1, "Waits."
    edit(comment, cleo, "Edited while it waits.", revision=2, version=reread(comment).version)
    page = client.get("/articles/on-tea").text
    assert "Approved." in page
    assert "Edited while it waits." not in page
    assert reread(comment).status == Status.PENDING


@pytest.mark.parametrize("status", [Status.REJECTED, Status.SPAM, Status.WITHDRAWN, Status.ERASED])
def test_comments_that_nobody_reads_are_not_edited(
    visitor: Visitor, article: Article, cleo: Moderator, status: Status
) -> None:
    comment = make_comment(article, ORIGINAL, status=status)
    assert visitor.visit(f"/moderation/comments/{comment.id}/edit").request.path == f"/moderation/comments/{comment.id}"
    with pytest.raises(ModeratorEditRefused):
        edit(comment, cleo)
    assert reread(comment).body == ORIGINAL


def test_an_unchanged_text_and_an_undo_without_an_edit_change_nothing(comment: Comment, cleo: Moderator) -> None:
    edit(comment, cleo, ORIGINAL)
    assert reread(comment).revision == 1
    with pytest.raises(ModeratorEditRefused):
        edits.undo_edit(comment.id, revision=1, version=1, moderator=cleo)
    assert events() == ["added"]


def test_export_and_erasure_cover_the_original(comment: Comment, cleo: Moderator) -> None:
    email = comment.email
    edit(comment, cleo)
    (exported,) = personal_data.exported(email)
    assert exported["edited_by_moderator"] is True
    assert [text["text"] for text in exported["earlier_texts"]] == [ORIGINAL]
    db.session.rollback()
    assert personal_data.erase_all(email) == 1
    assert db.session.scalars(select(CommentRevision.body)).all() == []
    assert not reread(comment).edited_by_moderator
