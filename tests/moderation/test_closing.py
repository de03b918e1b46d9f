"""Moderators close the comments on an article, and open them again."""

from flask.testing import FlaskClient
from sqlalchemy import select

from blog.cache.purges import CachePurge
from blog.comments.models import Comment
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.models import AccountEvent
from tests.support.clients import Visitor
from tests.support.factories import make_comment

FORM = {"name": "Bea", "email": "bea@example.org", "website": "", "body": "Late."}


def test_closed_comments_take_no_more_until_they_are_opened(
    client: FlaskClient, visitor: Visitor, article: Article
) -> None:
    make_comment(article)
    visitor.visit("/moderation/")
    answer = visitor.press("Close the comments on this article")
    assert answer.headers["Location"] == "/moderation/"
    assert "Comments are closed." in client.get("/articles/on-tea").text
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/articles/on-tea/comments", data=FORM, headers=headers).status_code == 403
    assert db.session.scalars(select(Comment.body).where(Comment.body == "Late.")).all() == []
    assert f"article/{article.id}" in set(db.session.scalars(select(CachePurge.key)))

    visitor.press("Open the comments on this article", open="1")
    assert client.post("/articles/on-tea/comments", data=FORM, headers=headers).status_code == 303
    db.session.rollback()
    events = db.session.execute(select(AccountEvent.action, AccountEvent.detail).order_by(AccountEvent.id)).all()
    assert [tuple(event) for event in events][-2:] == [("comments_closed", "On Tea"), ("comments_opened", "On Tea")]


def test_an_unknown_article_is_not_closed(visitor: Visitor) -> None:
    token = visitor.form("Sign out").fields["csrf_token"]
    assert visitor.ask("/moderation/articles/7/comments", "POST", data={"csrf_token": token}).status_code == 404
