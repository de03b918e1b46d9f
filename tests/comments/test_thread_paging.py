"""Threads as readers see them: nesting, empty places, pages in both directions."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from blog.comments import thread_queries
from blog.comments.models import MAX_DEPTH, AuthorRole, Comment, CommentRevision, Status
from blog.comments.thread_queries import INLINE_REPLIES, PAGE_SIZE
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import NOON, make_article, make_comment, make_comments
from tests.support.queries import plan, statements


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def approved(article: Article, body: str, minute: int = 0, **fields: object) -> Comment:
    return make_comment(
        article, body, **{"status": Status.APPROVED, "submitted_at": NOON + timedelta(minutes=minute)} | fields
    )


def many(article: Article, count: int, parent: Comment | None = None, **fields: object) -> list[Comment]:
    each = [{"body": f"Number {n}.", "submitted_at": NOON + timedelta(minutes=n)} for n in range(count)]
    return make_comments(article, each, parent=parent, **{"status": Status.APPROVED} | fields)


def shown(page: str) -> list[int]:
    """The ids of the comments and empty places on ``page``, in order."""
    return [int(id_) for id_ in re.findall(r'id="comment-(\d+)"', page)]


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"#]+)', page.split('id="comments-title"', 1)[1])
    return found[1].replace("&amp;", "&") if found else None


def walk(client: FlaskClient, address: str | None, rel: str) -> Iterator[str]:
    while address:
        page = client.get(address).text
        yield page
        address = link(page, rel)


def depth(page: str, comment: Comment) -> int:
    """The number of lists of replies around the comment."""
    before = page.split(f'id="comment-{comment.id}"', 1)[0].split('<ol class="thread">', 1)[1]
    return before.count('class="thread__replies"') - _closed(before)


def _closed(html: str) -> int:
    opened: list[bool] = []
    closed = 0
    for tag in re.findall(r'<ol class="thread__replies">|<(?:ol|ul)\b|</(?:ol|ul)>', html):
        if tag.startswith("</"):
            closed += opened.pop() if opened else 0
        else:
            opened.append("thread__replies" in tag)
    return closed


def test_replies_are_below_their_comment_in_reading_order(client: FlaskClient, article: Article) -> None:
    first, second = approved(article, "First.", 0), approved(article, "Second.", 1)
    late = approved(article, "To the first.", 2, parent=first)
    deeper = approved(article, "To the reply.", 4, parent=late)
    later = approved(article, "To the first, later.", 3, parent=first)
    page = client.get("/articles/on-tea").text
    assert shown(page) == [first.id, late.id, deeper.id, later.id, second.id]
    assert [depth(page, comment) for comment in (first, late, deeper, later, second)] == [0, 1, 2, 1, 0]
    assert "in reply to" not in page


def test_replies_deeper_than_four_are_flat_and_name_their_parent(client: FlaskClient, article: Article) -> None:
    chain = [approved(article, "The root.", name="Bea 0")]
    for number in range(1, 8):
        chain.append(approved(article, f"Level {number}.", number, parent=chain[-1], name=f"Bea {number}"))
    page = client.get("/articles/on-tea").text
    assert shown(page) == [comment.id for comment in chain]
    assert [depth(page, comment) for comment in chain] == [0, 1, 2, 3, 4, 4, 4, 4]
    assert [comment.depth for comment in chain][-1] == MAX_DEPTH
    assert re.findall(r"in reply to (Bea \d)", page) == ["Bea 4", "Bea 5", "Bea 6"]


@pytest.mark.parametrize("status", [Status.REJECTED, Status.SPAM, Status.WITHDRAWN, Status.ERASED, Status.PENDING])
def test_a_thread_stays_readable_around_an_empty_place(client: FlaskClient, article: Article, status: Status) -> None:
    root = make_comment(article, "Not to be seen.", status=status, name="Nobody Here", website="https://gone.example")
    reply = approved(article, "Still here.", parent=root)
    approved(article, "And here.", parent=reply)
    page = client.get("/articles/on-tea").text
    assert shown(page)[0] == root.id
    assert "This comment is not here any more" in page
    assert "Still here." in page
    assert "And here." in page
    for secret in ("Not to be seen", "Nobody Here", "gone.example"):
        assert secret not in page
    assert f"/comments/{root.id}/reply" not in page


def test_an_empty_place_below_which_nothing_is_public_is_not_shown(client: FlaskClient, article: Article) -> None:
    root = make_comment(article, status=Status.REJECTED)
    make_comment(article, parent=root)
    approved(article, "Elsewhere.")
    page = client.get("/articles/on-tea").text
    assert f"comment-{root.id}" not in page


def test_a_flat_reply_to_an_empty_place_does_not_name_it(client: FlaskClient, article: Article) -> None:
    chain = [approved(article, "The root.")]
    for _ in range(MAX_DEPTH):
        chain.append(approved(article, "More.", parent=chain[-1]))
    gone = make_comment(article, parent=chain[-1], status=Status.ERASED, name="Gone Girl")
    approved(article, "The last.", parent=gone)
    page = client.get("/articles/on-tea").text
    assert "in reply to a comment that is not here any more" in page
    assert "Gone Girl" not in page


def test_replies_by_author_and_moderators_are_marked(client: FlaskClient, article: Article) -> None:
    approved(article, "A reader.")
    approved(article, "The author.", author_role=AuthorRole.AUTHOR)
    approved(article, "A moderator.", author_role=AuthorRole.MODERATOR)
    page = client.get("/articles/on-tea").text
    assert re.findall(r'class="comment__role">([^<]+)<', page) == ["Author of the article", "Moderator"]


def test_while_an_edit_waits_readers_see_the_approved_text(client: FlaskClient, article: Article) -> None:
    comment = approved(article, "The new text.", status=Status.PENDING, approved_revision=1, revision=2)
    with write_transaction(db.session()) as session:
        session.add(
            CommentRevision(
                comment_id=comment.id, revision=1, body="Old.", body_html="<p>The old text.</p>",
                cleaner_version=1, created_at=NOON,
            )
        )  # fmt: skip
    page = client.get("/articles/on-tea").text
    assert "The old text." in page
    assert "The new text." not in page
    assert "the new text is being checked" in page


@pytest.mark.parametrize("order", ["", "comments=newest"])
def test_pages_link_both_ways_and_lose_nothing(client: FlaskClient, article: Article, order: str) -> None:
    comments = [comment.id for comment in many(article, 2 * PAGE_SIZE + 7)]
    expected = comments[::-1] if order else comments
    pages = list(walk(client, f"/articles/on-tea?{order}", "next"))
    assert [id_ for page in pages for id_ in shown(page)] == expected
    assert len(pages) == 3
    back = list(walk(client, f"/articles/on-tea?{order}&comments_from={expected[2 * PAGE_SIZE]}", "prev"))
    assert [shown(page) for page in back] == [shown(page) for page in reversed(pages)]
    assert f'<a href="/articles/on-tea{"" if order else "?comments=newest"}#comments"' in pages[0]
    assert link(back[-1], "prev") is None


def test_a_page_has_fewer_threads_when_they_are_long(client: FlaskClient, article: Article) -> None:
    roots = many(article, 12)
    for root in roots:
        many(article, INLINE_REPLIES + 3, parent=root)
    page = client.get("/articles/on-tea").text
    assert len(shown(page)) <= PAGE_SIZE
    threads = page.count("Read the whole thread: 3 more replies")
    assert 0 < threads * (1 + INLINE_REPLIES) == len(shown(page))
    pages = list(walk(client, "/articles/on-tea", "next"))
    assert [id_ for page in pages for id_ in shown(page) if id_ in {root.id for root in roots}] == [r.id for r in roots]


def test_a_long_thread_has_a_page_of_its_own(client: FlaskClient, article: Article) -> None:
    root = approved(article, "The root.")
    replies = [reply.id for reply in many(article, 2 * PAGE_SIZE + 3, parent=root)]
    page = client.get("/articles/on-tea").text
    address = f"/articles/on-tea/comments/{root.id}/replies"
    assert shown(page) == [root.id, *replies[:INLINE_REPLIES]]
    assert f'<a href="{address}">Read the whole thread: {len(replies) - INLINE_REPLIES} more replies' in page
    pages = list(walk(client, address, "next"))
    assert [id_ for page in pages for id_ in shown(page) if id_ != root.id] == replies
    assert all(shown(page)[0] == root.id for page in pages)
    back = list(walk(client, f"{address}?from={replies[-1]}", "prev"))
    assert shown(back[-1]) == shown(pages[0])
    assert 'href="/articles/on-tea"' in pages[0]


def test_a_later_page_of_a_thread_names_the_parents_of_its_replies(client: FlaskClient, article: Article) -> None:
    root = approved(article, "The root.", name="Root Ruth")
    first = approved(article, "A reply.", parent=root, name="First Fay")
    last = many(article, PAGE_SIZE + 5, parent=first)[-1]
    page = client.get(f"/articles/on-tea/comments/{root.id}/replies?from={last.id}").text
    assert shown(page) == [root.id, last.id]
    assert "in reply to First Fay" in page


def test_a_page_of_comments_that_does_not_exist_is_not_found(client: FlaskClient, article: Article) -> None:
    approved(article, "One.")
    starts = ("0", "-1", "x", "", "99999999999", "9" * 5000, "77")
    for query in [*(f"comments_from={start}" for start in starts), "comments=best", "comments="]:
        assert client.get(f"/articles/on-tea?{query}").status_code == 404, query


def test_a_page_cannot_begin_with_another_article_s_comment(client: FlaskClient, article: Article) -> None:
    approved(article, "One.")
    other = approved(make_article("On Time"), "Elsewhere.")
    assert client.get(f"/articles/on-tea?comments_from={other.id}").status_code == 404


def test_a_page_can_begin_at_a_comment_that_is_no_longer_shown(client: FlaskClient, article: Article) -> None:
    comments = many(article, 3)
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.id == comments[1].id).values(status=Status.ERASED))
    page = client.get(f"/articles/on-tea?comments_from={comments[1].id}").text
    assert shown(page) == [comments[2].id]


def test_a_page_takes_the_same_few_statements_with_many_comments(client: FlaskClient, article: Article) -> None:
    root = approved(article, "The root.")
    pages = {"/articles/on-tea": 4, f"/articles/on-tea?comments=newest&comments_from={root.id}": 6}
    for count in (0, 25, 175):
        many(article, count)
        many(article, count, parent=root)
        for address, most in pages.items():
            with statements(db.engine) as sent:
                assert client.get(address).status_code == 200
            assert len(sent) <= most, address


def test_an_article_without_comments_needs_no_query_for_them(client: FlaskClient, article: Article) -> None:
    with statements(db.engine) as sent:
        client.get("/articles/on-tea")
    assert not [statement for statement in sent if "FROM comment" in statement]


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of a few rows")
def test_threads_are_read_through_their_indexes(article: Article) -> None:
    key = {"submitted_at": NOON, "start_id": 1, "article_id": article.id, "limit": 9, "root_id": 1, "path": "0"}
    plans = {
        "ix_comment_thread": thread_queries.roots(backwards=True, starts=True),
        "ix_comment_replies": thread_queries.replies(),
        "ix_comment_public": thread_queries.newest(),
    }
    for index, query in plans.items():
        with statements(db.engine) as sent:
            db.session.execute(query, key).all()
        steps = plan(sent[0])
        assert any(index in step for step in steps), steps
        assert not [step for step in steps if step.startswith("SCAN comment")], steps
        assert index != "ix_comment_thread" or "TEMP B-TREE" not in " ".join(steps), steps
