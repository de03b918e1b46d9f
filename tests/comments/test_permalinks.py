"""The address of a comment redirects to the page that shows it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.comments.thread_queries import INLINE_REPLIES, PAGE_SIZE
from blog.content.models import Article, Redirect
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import NOON, make_article, make_comment, make_comments


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def approved(article: Article, minute: int = 0, parent: Comment | None = None) -> Comment:
    moment = NOON + timedelta(minutes=minute)
    return make_comment(article, "Hello.", parent=parent, status=Status.APPROVED, submitted_at=moment)


def many(article: Article, count: int, parent: Comment | None = None) -> list[Comment]:
    """So many approved comments, one a minute."""
    each = [{"submitted_at": NOON + timedelta(minutes=minute)} for minute in range(1, count + 1)]
    return make_comments(article, each, parent=parent, status=Status.APPROVED)


def target(client: FlaskClient, comment: Comment, slug: str = "on-tea") -> str:
    answer = client.get(f"/articles/{slug}/comments/{comment.id}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def assert_there(client: FlaskClient, address: str, comment: Comment) -> None:
    place = urlsplit(address)
    assert place.fragment == f"comment-{comment.id}"
    assert f'id="{place.fragment}"' in client.get(f"{place.path}?{place.query}").text


def test_a_comment_on_the_first_page_is_at_the_article_s_address(client: FlaskClient, article: Article) -> None:
    comment = approved(article)
    reply = approved(article, 1, comment)
    assert target(client, comment) == f"/articles/on-tea#comment-{comment.id}"
    assert target(client, reply) == f"/articles/on-tea#comment-{reply.id}"


def test_a_later_comment_is_on_the_page_that_begins_with_its_thread(client: FlaskClient, article: Article) -> None:
    last = many(article, PAGE_SIZE + 3)[-1]
    reply = approved(article, 200, last)
    for comment in (last, reply):
        address = target(client, comment)
        assert address == f"/articles/on-tea?comments_from={last.id}#comment-{comment.id}"
        assert_there(client, address, comment)


def test_a_reply_that_a_long_thread_hides_is_on_the_thread_s_own_page(client: FlaskClient, article: Article) -> None:
    root = approved(article)
    replies = many(article, PAGE_SIZE + 4, root)
    thread = f"/articles/on-tea/comments/{root.id}/replies"
    for place, address in {
        INLINE_REPLIES - 1: "/articles/on-tea",
        INLINE_REPLIES: thread,
        PAGE_SIZE - 1: thread,
        PAGE_SIZE: f"{thread}?from={replies[PAGE_SIZE].id}",
    }.items():
        found = target(client, replies[place])
        assert found == f"{address}#comment-{replies[place].id}"
        assert_there(client, found, replies[place])


def test_the_place_of_a_hidden_comment_is_found_too(client: FlaskClient, article: Article) -> None:
    root = make_comment(article, status=Status.WITHDRAWN)
    approved(article, 1, root)
    assert_there(client, target(client, root), root)


def test_hidden_and_unknown_comments_redirect_to_all_comments(client: FlaskClient, article: Article) -> None:
    for status in set(Status) - {Status.APPROVED}:
        assert target(client, make_comment(article, status=status)) == "/articles/on-tea#comments", status
    assert client.get("/articles/on-tea/comments/1000").headers["Location"] == "/articles/on-tea#comments"


def test_another_article_s_comment_is_not_found_here(client: FlaskClient, article: Article) -> None:
    other = approved(make_article("On Time"))
    assert target(client, other) == "/articles/on-tea#comments"
    assert target(client, other, "on-time") == f"/articles/on-time#comment-{other.id}"


def test_comments_of_no_article_and_impossible_ids_are_not_found(client: FlaskClient, article: Article) -> None:
    for path in ("/articles/nothing/comments/1", f"/articles/on-tea/comments/{2**31}", "/articles/on-tea/comments/-1"):
        assert client.get(path).status_code == 404


def test_a_moved_article_keeps_the_addresses_of_its_comments(client: FlaskClient, article: Article) -> None:
    comment = approved(article)
    with write_transaction(db.session()) as session:
        session.add(Redirect(path="/articles/old-tea", article_id=article.id))
    for page in ("", "/replies", "/reply"):
        answer = client.get(f"/articles/old-tea/comments/{comment.id}{page}")
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"/articles/on-tea/comments/{comment.id}{page}"


def test_a_receipt_links_to_the_page_that_has_its_comment(client: FlaskClient, article: Article) -> None:
    last = many(article, PAGE_SIZE + 1)[-1]
    assert f'href="/articles/on-tea/comments/{last.id}"' in client.get(f"/comments/{token_of(last)}").text
