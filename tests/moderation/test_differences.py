"""Moderators see an author's edits, word by word."""

import time
from dataclasses import replace

import pytest
from flask import Flask

from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.extensions import db
from blog.moderation.differences import compare
from tests.support.clients import Visitor
from tests.support.factories import make_article, make_comment
from tests.support.queries import statements


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="100 per minute")


@pytest.mark.parametrize(
    ("before", "after", "html"),
    [
        ("same", "same", "same"),
        ("I like tea.", "I like coffee.", "I like <del>tea</del><ins>coffee</ins>."),
        ("One.", "One. Two.", "One.<ins> Two.</ins>"),
        ("One. Two.", "One.", "One.<del> Two.</del>"),
        ("a <b> & c", "a <i> & c", "a &lt;<del>b</del><ins>i</ins>&gt; &amp; c"),
        ("", "", ""),
    ],
)
def test_removed_and_added_text_is_marked_and_the_rest_is_escaped(before: str, after: str, html: str) -> None:
    assert compare(before, after) == html


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 1250, "b a " * 1250),
        ("." * 5000, "!" * 5000),
        (" ".join(str(n % 100) for n in range(1700)), " ".join(str(n % 99) for n in range(1700))),
        ("\n".join(str(n % 7) for n in range(500)), "\n".join(str(n % 5) for n in range(500))),
    ],
)
def test_the_longest_texts_are_compared_in_little_time(before: str, after: str) -> None:
    start = time.process_time()
    compare(before[:5000], after[:5000])
    assert time.process_time() - start < 0.5


def edited(app: Flask, count: int) -> list[Comment]:
    article = make_article(f"On {count} Teas")
    client = app.test_client()
    comments = []
    for number in range(count):
        comment = make_comment(article, f"Comment {number} likes tea.", status=Status.APPROVED)
        path = f"/comments/{token_of(comment)}/edit"
        for revision, drink in enumerate(("coffee", "milk"), 1):
            data = {"body": f"Comment {number} likes {drink}.", "revision": str(revision)}
            assert client.post(path, data=data).status_code == 303
        comments.append(comment)
    return comments


def test_the_queue_shows_the_change_since_the_text_that_readers_see(app: Flask, visitor: Visitor) -> None:
    edited(app, 1)
    visitor.visit("/moderation/")
    assert "likes <del>tea</del><ins>milk</ins>." in visitor.text


def test_the_comment_s_page_shows_every_edit_the_newest_first(app: Flask, visitor: Visitor) -> None:
    (comment,) = edited(app, 1)
    visitor.visit(f"/moderation/comments/{comment.id}")
    newest = visitor.text.index("likes <del>coffee</del><ins>milk</ins>.")
    assert newest < visitor.text.index("likes <del>tea</del><ins>coffee</ins>.")


def test_the_queue_asks_no_more_for_many_edits_than_for_one(app: Flask, visitor: Visitor) -> None:
    asked = []
    for count in (1, 5):
        edited(app, count)
        with statements(db.engine) as sent:
            visitor.visit("/moderation/")
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_a_reason_for_the_author_is_marked_in_the_log(app: Flask, visitor: Visitor) -> None:
    comment = make_comment(make_article("On Coffee"))
    visitor.visit("/moderation/")
    visitor.press("Reject", comment, reason="Off topic.", is_for_author="1")
    visitor.visit("/moderation/log")
    assert "(shown to the commenter)" in visitor.text
    assert "Off topic." in app.test_client().get(f"/comments/{token_of(comment)}").text
