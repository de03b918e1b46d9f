"""Moderators close the comments on an article, or one thread, and open them again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.cache.purges import CachePurge
from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import account_log, accounts
from blog.moderation.account_messages import event_detail
from blog.moderation.closing import set_comments_closed
from blog.moderation.decisions import decide
from blog.moderation.models import AccountEvent, Moderator
from blog.moderation.roles import Role
from tests.support.clients import Visitor, signed_in
from tests.support.factories import make_article, make_comment

FORM = {"name": "Bea", "email": "bea@example.org", "website": "", "body": "Late."}


def test_closed_comments_take_no_more_until_they_are_opened(
    client: FlaskClient, visitor: Visitor, article: Article
) -> None:
    make_comment(article)
    visitor.visit("/moderation/")
    answer = visitor.press("Close the comments on this article")
    assert answer.headers["Location"] == "/moderation/"
    assert "The comments on the article are closed." in visitor.text
    assert "Comments are closed." in client.get("/articles/on-tea").text
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/articles/on-tea/comments", data=FORM, headers=headers).status_code == 403
    assert db.session.scalars(select(Comment.body).where(Comment.body == "Late.")).all() == []
    assert f"article/{article.id}" in set(db.session.scalars(select(CachePurge.key)))

    visitor.press("Open the comments on this article", open="1")
    assert "The article takes comments again." in visitor.text
    assert client.post("/articles/on-tea/comments", data=FORM, headers=headers).status_code == 303
    db.session.rollback()
    events = db.session.execute(select(AccountEvent.action, AccountEvent.detail).order_by(AccountEvent.id)).all()
    assert [tuple(event) for event in events][-2:] == [("comments_closed", "On Tea"), ("comments_opened", "On Tea")]


def test_an_article_that_is_called_like_a_role_keeps_its_title_in_the_log(app: Flask, cleo: Moderator) -> None:
    set_comments_closed(make_article("viewer").id, cleo, is_closed=True)
    accounts.change_role(cleo, Role.VIEWER, by=None)
    details = [event_detail(event) for event in account_log.event_page().events]
    assert details == ["Moderator → Viewer", "viewer", "Moderator"]


def test_an_unknown_article_is_not_closed(visitor: Visitor) -> None:
    visitor.visit("/moderation/")
    token = visitor.csrf_token
    assert visitor.ask("/moderation/articles/7/comments", "POST", data={"csrf_token": token}).status_code == 404


@pytest.fixture
def root(article: Article) -> Comment:
    return make_comment(article, "I boil it twice.", status=Status.APPROVED)


@pytest.fixture
def nested(article: Article, root: Comment) -> Comment:
    return make_comment(article, "Why twice?", parent=root, status=Status.APPROVED)


CLOSE, OPEN = "Close this thread to replies", "Open this thread to replies"
NOTE = "This thread is closed."


@pytest.mark.parametrize("card", ["root", "nested"])
def test_a_closed_thread_has_no_reply_links_and_says_so(
    client: FlaskClient, visitor: Visitor, article: Article, root: Comment, nested: Comment, card: str
) -> None:
    other = make_comment(article, "I use milk.", status=Status.APPROVED)
    before = client.get("/articles/on-tea").text
    assert NOTE not in before
    visitor.visit("/moderation/?status=approved")
    answer = visitor.press(CLOSE, {"root": root, "nested": nested}[card])
    assert answer.headers["Location"] == "/moderation/?status=approved"
    page = client.get("/articles/on-tea").text
    assert page.count(NOTE) == 1
    assert page.count('class="comment__reply"') == 1
    assert f"/comments/{other.id}/reply" in page
    thread = client.get(f"/articles/on-tea/comments/{root.id}/replies").text
    assert thread.count(NOTE) == 1
    assert 'class="comment__reply"' not in thread
    assert 'id="comment-form"' not in thread
    for comment in (root, nested):
        link = client.get(f"/articles/on-tea/comments/{comment.id}/reply")
        assert (link.status_code, link.headers["Location"]) == (302, f"/articles/on-tea#comment-{comment.id}")

    assert visitor.text.count(OPEN) == 2
    visitor.press(OPEN, nested, open="1")
    assert client.get("/articles/on-tea").text == before


def test_a_reply_to_a_closed_thread_is_refused_and_its_text_is_kept(
    client: FlaskClient, visitor: Visitor, root: Comment, nested: Comment
) -> None:
    visitor.visit("/moderation/?status=approved")
    visitor.press(CLOSE, root)
    for comment in (root, nested):
        answer = client.post("/articles/on-tea/comments", data=FORM | {"parent": str(comment.id)})
        assert answer.status_code == 409
        assert "The thread that you replied to is closed, so your reply was not sent." in answer.text
        assert "Late." in answer.text
        assert '<input name="parent" type="hidden" value="">' in answer.text, "sent again, it is a comment of its own"
    assert client.post("/articles/on-tea/comments", data=FORM).status_code == 303


def test_closing_a_thread_is_logged_once_and_purges_the_pages(
    visitor: Visitor, article: Article, root: Comment, nested: Comment
) -> None:
    visitor.visit("/moderation/?status=approved")
    form = visitor.form(CLOSE, nested)
    for _ in range(2):
        visitor.ask(form.action, "POST", data=form.fields)
    visitor.ask(form.action, "POST", data=form.fields | {"open": "1"})
    db.session.rollback()
    columns = (AccountEvent.action, AccountEvent.detail)
    events = db.session.execute(select(*columns).where(AccountEvent.action.like("thread%")).order_by(AccountEvent.id))
    detail = f"/moderation/comments/{root.id}"
    assert [tuple(event) for event in events] == [("thread_closed", detail), ("thread_opened", detail)]
    purges = db.session.scalars(select(CachePurge.key).where(CachePurge.key == f"article/{article.id}")).all()
    assert len(purges) == 2


def test_the_thread_of_a_hidden_comment_stays_closed(
    client: FlaskClient, visitor: Visitor, cleo: Moderator, root: Comment, nested: Comment
) -> None:
    visitor.visit("/moderation/?status=approved")
    visitor.press(CLOSE, root)
    decide(root.id, to=Status.REJECTED, revision=1, version=root.version, moderator=cleo)
    page = client.get("/articles/on-tea").text
    assert NOTE in page
    assert 'class="comment__reply"' not in page
    assert client.post("/articles/on-tea/comments", data=FORM | {"parent": str(nested.id)}).status_code == 409
    assert OPEN in visitor.visit("/moderation/?status=rejected").text


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM])
def test_a_comment_that_readers_do_not_see_offers_no_closing(
    visitor: Visitor, article: Article, status: Status
) -> None:
    make_comment(article, status=status)
    assert CLOSE not in visitor.visit(f"/moderation/?status={status}").text


def test_viewers_cannot_close_a_thread(app: Flask, root: Comment) -> None:
    viewer = signed_in(app, "Vera", Role.VIEWER)
    assert CLOSE not in viewer.visit("/moderation/?status=approved").text
    token = viewer.csrf_token
    assert viewer.ask(f"/moderation/comments/{root.id}/thread", "POST", data={"csrf_token": token}).status_code == 403


def test_an_unknown_comment_has_no_thread_to_close(visitor: Visitor) -> None:
    visitor.visit("/moderation/")
    token = visitor.csrf_token
    assert visitor.ask("/moderation/comments/7/thread", "POST", data={"csrf_token": token}).status_code == 404
