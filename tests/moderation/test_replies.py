"""A moderator's reply is published at once, marked, counted, and in the log."""

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.cache.purges import CachePurge
from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import undo
from blog.moderation.models import Decision, Moderator
from blog.moderation.replies import SENT_AGAIN, ReplyRefused, reply
from tests.support.clients import PASSWORD
from tests.support.factories import make_comment


def test_a_moderator_s_reply_is_public_and_marked(client: FlaskClient, article: Article, cleo: Moderator) -> None:
    parent = make_comment(article, status=Status.APPROVED)
    written = reply(parent.id, "Thank *you*.", moderator=cleo)
    assert (written.parent_id, written.author_role, written.moderator_id) == (parent.id, "moderator", cleo.id)
    page = client.get("/articles/on-tea").text
    assert "<p>Thank <em>you</em>.</p>" in page
    assert '<span class="comment__role">Moderator</span>' in page
    assert ">2 comments</a>" in page
    keys = {purge.key for purge in db.session.scalars(select(CachePurge))}
    assert {f"article/{article.id}", f"comments/{article.id}"} <= keys


def test_an_author_with_an_account_is_marked_as_the_author(client: FlaskClient, article: Article) -> None:
    ada = accounts.add("Ada Byron", PASSWORD)
    reply(make_comment(article, status=Status.APPROVED).id, "Indeed.", moderator=ada)
    assert '<span class="comment__role">Author of the article</span>' in client.get("/articles/on-tea").text


def test_the_log_has_the_reply_and_it_can_be_undone(client: FlaskClient, article: Article, cleo: Moderator) -> None:
    written = reply(make_comment(article, status=Status.APPROVED).id, "Good to hear.", moderator=cleo)
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.comment_id, decision.moderator_id, decision.to_status) == (written.id, cleo.id, "approved")
    undo(decision.id, moderator=cleo)
    assert "Good to hear." not in client.get("/articles/on-tea").text
    db.session.rollback()
    assert db.session.get_one(Article, article.id, populate_existing=True).comment_count == 1


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.APPROVED])
def test_a_hidden_comment_cannot_be_replied_to(article: Article, cleo: Moderator, status: Status) -> None:
    parent = make_comment(article, status=status)
    with pytest.raises(ReplyRefused):
        reply(parent.id, "Thank you.", moderator=cleo)
    assert db.session.scalars(select(Comment).where(Comment.parent_id.is_not(None))).all() == []


def test_a_reply_that_is_sent_again_is_published_once(article: Article, cleo: Moderator) -> None:
    parent, other = make_comment(article, status=Status.APPROVED), make_comment(article, status=Status.APPROVED)
    first = reply(parent.id, "Yes.", moderator=cleo)
    assert reply(parent.id, "Yes.", moderator=cleo).id == first.id
    assert reply(other.id, "Yes.", moderator=cleo).id != first.id
    assert reply(parent.id, "No.", moderator=cleo).id != first.id


def test_the_same_reply_can_be_written_again_later(article: Article, cleo: Moderator) -> None:
    parent = make_comment(article, status=Status.APPROVED)
    first = reply(parent.id, "Yes.", moderator=cleo)
    with time_machine.travel(utc_now() + SENT_AGAIN, tick=False):
        assert reply(parent.id, "Yes.", moderator=cleo).id != first.id


def test_a_reply_that_was_taken_back_can_be_written_again(article: Article, cleo: Moderator) -> None:
    parent = make_comment(article, status=Status.APPROVED)
    first = reply(parent.id, "Yes.", moderator=cleo)
    undo(db.session.scalars(select(Decision.id)).one(), moderator=cleo)
    assert reply(parent.id, "Yes.", moderator=cleo).id != first.id
