"""Replies from a card, and reasons to choose from."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import decide
from blog.moderation.models import Decision, Moderator
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Visitor, signed_in
from tests.support.factories import make_comment
from tests.support.rows import reread


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article)


def replies() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment.body).where(Comment.parent_id.is_not(None))))


def send(visitor: Visitor, comment: Comment, reply: str, **options: str) -> int:
    form = visitor.form("Approve", comment) if comment.status == Status.PENDING else visitor.form("Reject", comment)
    address = f"/moderation/comments/{comment.id}/replies"
    visitor.page = visitor.ask(address, "POST", data=form.fields | {"to": "approved", "reply": reply}, **options)
    return visitor.page.status_code


def test_a_reply_approves_the_comment_and_readers_see_both(
    client: FlaskClient, visitor: Visitor, comment: Comment
) -> None:
    visitor.visit("/moderation/")
    assert "Approve and reply" in visitor.text
    assert send(visitor, comment, "Thank *you*.") == 303
    assert reread(comment).status == "approved"
    page = client.get("/articles/on-tea").text
    assert "<p>Thank <em>you</em>.</p>" in page
    assert db.session.scalars(select(Decision.comment_id)).all()[0] == comment.id


def test_approving_with_a_reply_again_changes_nothing(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    form = visitor.form("Approve", comment).fields | {"to": "approved", "reply": "Thank you."}
    address = f"/moderation/comments/{comment.id}/replies"
    assert [visitor.ask(address, "POST", data=form).status_code for _ in range(2)] == [303, 303]
    assert replies() == ["Thank you."]


def test_a_script_gets_the_decided_card(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    assert send(visitor, comment, "Thank you.", headers={"X-Fragment": "card"}) == 200  # type: ignore[arg-type]
    assert "Cleo approved the comment by Bea Brown." in visitor.text
    assert replies() == ["Thank you."]


def test_a_reply_to_an_approved_comment_decides_nothing_anew(
    visitor: Visitor, comment: Comment, cleo: Moderator
) -> None:
    decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    assert reread(comment).status == "approved"
    visitor.visit("/moderation/?status=approved")
    assert send(visitor, comment, "Thank you.") == 303
    assert replies() == ["Thank you."]
    assert len(db.session.scalars(select(Decision.id)).all()) == 2


@pytest.mark.parametrize("reply", ["", "  ", "x" * 5_001])
def test_a_reply_that_cannot_be_published_approves_nothing(visitor: Visitor, comment: Comment, reply: str) -> None:
    visitor.visit("/moderation/")
    assert send(visitor, comment, reply) == 422
    assert reread(comment).status == "pending"
    assert replies() == []
    assert reply.strip() in visitor.text


def test_a_reply_to_a_comment_that_changed_is_kept_and_not_published(
    visitor: Visitor, comment: Comment, dan: Moderator
) -> None:
    visitor.visit("/moderation/")
    decide(comment.id, to=Status.SPAM, revision=1, version=1, moderator=dan)
    assert send(visitor, comment, "Thank you, Bea.") == 409
    assert replies() == []
    assert "Dan marked the comment by Bea Brown as spam." in visitor.text


def test_a_reply_that_cannot_be_stored_approves_nothing(
    app: Flask, visitor: Visitor, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visitor.visit("/moderation/")
    with monkeypatch.context() as patch:
        patch.setattr("blog.moderation.replies.add_comments", _disk_is_full)
        assert send(visitor, comment, "Thank you, Bea.") == 503
    assert "Thank you, Bea." in visitor.text
    assert reread(comment).status == "pending"
    visitor.visit("/moderation/")
    assert send(visitor, comment, "Thank you, Bea.") == 303
    assert (reread(comment).status, replies()) == ("approved", ["Thank you, Bea."])


def _disk_is_full(*_: object) -> None:
    raise OperationalError("INSERT", {}, Exception("database or disk is full"))


def test_administrators_write_the_reasons_that_moderators_choose_from(
    app: Flask, visitor: Visitor, comment: Comment
) -> None:
    assert '<option value="It advertises something."></option>' in visitor.visit("/moderation/").text
    assert visitor.ask("/moderation/reasons").status_code == 403
    administrator = signed_in(app, "Ada", Role.ADMINISTRATOR)
    administrator.visit("/moderation/reasons")
    administrator.press("Save", reasons=" Too  long.\n\nToo <b>short</b>.\nToo long.\n")
    assert "The reasons are saved." in administrator.text
    page = visitor.visit("/moderation/").text
    assert '<option value="Too long."></option>' in page
    assert "Too &lt;b&gt;short&lt;/b&gt;." in page
    assert "It advertises something." not in page
    assert page.count("<option") == 2
    administrator.press("Save", reasons="")
    assert "It advertises something." in visitor.visit("/moderation/").text


@pytest.mark.parametrize("reasons", ["x" * 501, "x\n" * 51])
def test_too_many_or_too_long_reasons_are_refused_and_kept(app: Flask, reasons: str) -> None:
    administrator = signed_in(app, "Ada", Role.ADMINISTRATOR)
    administrator.visit("/moderation/reasons")
    assert administrator.press("Save", reasons=reasons).status_code == 422
    assert "There may be 50 reasons of 500 characters each." in administrator.text
    assert reasons[:20] in administrator.text


def test_reasons_that_cannot_be_stored_are_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    administrator = signed_in(app, "Ada", Role.ADMINISTRATOR)
    administrator.visit("/moderation/reasons")
    monkeypatch.setattr("blog.moderation.canned_reasons.write_transaction", _disk_is_full)
    assert administrator.press("Save", reasons="Too long.\nToo short.").status_code == 503
    assert ">\nToo long.\nToo short.</textarea>" in administrator.text


@pytest.mark.parametrize("has_session", [True, False], ids=["signed in again", "signed out"])
def test_reasons_typed_before_a_session_ended_are_not_lost(app: Flask, stranger: Visitor, *, has_session: bool) -> None:
    administrator = stranger
    ada = accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)
    administrator.start_session(ada)
    administrator.visit("/moderation/reasons")
    administrator.press("Sign out everywhere")
    if has_session:
        administrator.start_session(ada)
    fields = {"reasons": "Too long.\nToo short.", "csrf_token": "stale"}
    administrator._show(administrator.ask("/moderation/reasons", "POST", data=fields))
    assert "\nToo long.\nToo short.</textarea>" in administrator.text
    if has_session:
        return
    assert administrator.press("Sign in", name="Ada", password="wrong", typed=fields["reasons"]).status_code == 401
    assert "\nToo long.\nToo short.</textarea>" in administrator.text
    answer = administrator.press("Sign in", name="Ada", password=PASSWORD)
    assert answer.headers["Location"] == "/moderation/reasons"


REPLY_NOTE = "The reply is not published any more; its text is in the queue, too."


@pytest.mark.parametrize("headers", [{}, {"X-Fragment": "card"}], ids=["page", "script"])
def test_one_undo_takes_back_the_approval_and_the_reply(
    client: FlaskClient, visitor: Visitor, article: Article, comment: Comment, headers: dict[str, str]
) -> None:
    visitor.visit("/moderation/")
    send(visitor, comment, "Thank *you*.")
    assert "Thank <em>you</em>." in client.get("/articles/on-tea").text
    visitor.visit("/moderation/log")
    form = visitor.form("Undo", comment)
    answer = visitor.ask(form.action, "POST", data=form.fields | form.buttons["Undo"], headers=headers)
    if not headers:
        answer = visitor.visit(answer.headers["Location"])
    assert "it is pending again." in answer.text
    assert REPLY_NOTE in answer.text
    page = client.get("/articles/on-tea").text
    assert "Thank <em>you</em>." not in page
    db.session.rollback()
    statuses = db.session.execute(select(Comment.body, Comment.status).order_by(Comment.id)).all()
    assert [tuple(row) for row in statuses] == [("Thank you.", "pending"), ("Thank *you*.", "pending")]
    db.session.refresh(article)
    assert article.comment_count == 0
    assert "Thank <em>you</em>." in visitor.visit("/moderation/").text, "the text waits in the queue"


def test_other_moderators_see_that_an_undo_took_back_the_reply(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    send(visitor, comment, "Thank you.")
    visitor.visit("/moderation/log")
    visitor.press("Undo", comment)
    assert REPLY_NOTE in visitor.ask("/moderation/changes?status=pending&decision=0&newest=0").text


def test_undoing_the_undo_publishes_both_again(client: FlaskClient, visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    send(visitor, comment, "Thank *you*.")
    for _ in range(2):
        visitor.visit("/moderation/log")
        visitor.press("Undo", comment)
    visitor.visit(f"/moderation/log?comment={comment.id}")
    page = client.get("/articles/on-tea").text
    assert "Thank you." in page
    assert "Thank <em>you</em>." in page
    newest = db.session.scalars(select(Decision.id).where(Decision.comment_id == comment.id)).all()[-1]
    assert "The reply is published again." in visitor.visit(f"/moderation/?decided={newest}").text


def test_a_reply_that_was_decided_on_since_stays_as_it_is(visitor: Visitor, comment: Comment, dan: Moderator) -> None:
    visitor.visit("/moderation/")
    send(visitor, comment, "Thank *you*.")
    answer = db.session.scalars(select(Comment).where(Comment.parent_id == comment.id)).one()
    decide(answer.id, to=Status.REJECTED, revision=1, version=answer.version, moderator=dan)
    visitor.visit("/moderation/log")
    visitor.press("Undo", comment)
    assert REPLY_NOTE not in visitor.text
    assert reread(comment).status == "pending"
    assert reread(answer).status == "rejected"


def test_undoing_the_approval_leaves_a_later_reply(visitor: Visitor, comment: Comment, cleo: Moderator) -> None:
    decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    assert reread(comment).status == "approved"
    visitor.visit("/moderation/?status=approved")
    send(visitor, comment, "A thought from later.")
    visitor.visit("/moderation/log")
    visitor.press("Undo", comment)
    assert REPLY_NOTE not in visitor.text
    assert replies() == ["A thought from later."]
    assert db.session.scalars(select(Comment.status).where(Comment.parent_id == comment.id)).all() == ["approved"]
