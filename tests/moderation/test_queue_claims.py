"""Two moderators get different comments, and many at once decide each comment only once."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts, queue
from blog.moderation.models import Decision, ModeratorSession, QueueClaim
from blog.moderation.queue_filter import QueueFilter
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import make_comments
from tests.support.queries import plan, statements

FRAGMENT = {"X-Fragment": "card"}
MODERATORS = ("Cleo", "Dan", "Eve", "Fay")
COMMENTS = 21


def on_screen(visitor: Visitor) -> list[int]:
    """The comments whose cards are on the first page of the queue."""
    visitor.visit("/moderation/")
    return on_page(visitor)


def turn_page(visitor: Visitor) -> None:
    found = re.search(r'rel="next" href="([^"]+)"', visitor.text)
    assert found is not None
    visitor.visit(unescape(found[1]))


def on_page(visitor: Visitor) -> list[int]:
    """The comments whose cards are on the page."""
    return [
        int(form.action.split("/")[3])
        for form in visitor.forms()
        if form.action.endswith("/decisions") and "Approve" in form.buttons
    ]


def claim(visitor: Visitor, ids: list[int]) -> str:
    token = visitor.csrf_token
    data = {"csrf_token": token, "comment": [str(id_) for id_ in ids]}
    answer = visitor.ask("/moderation/claims", "POST", data=data)
    assert answer.status_code == 200
    return answer.text


def test_two_moderators_get_different_comments(visitor: Visitor, second: Visitor, article: Article) -> None:
    make_comments(article, [{}] * 2 * queue.PAGE_SIZE)
    first = on_screen(visitor)
    claim(visitor, first)
    assert on_screen(visitor) == first
    others = on_screen(second)
    assert len(others) == queue.PAGE_SIZE
    assert not set(first) & set(others)


def test_comments_on_others_screens_come_last_with_their_names(
    visitor: Visitor, second: Visitor, article: Article
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * 3)]
    on_screen(visitor)
    claim(visitor, ids[:2])
    assert on_screen(second) == [ids[2], ids[0], ids[1]]
    assert second.text.count("On the screen of Cleo") == 2
    assert claim(second, ids).count("On the screen of Cleo") == 2
    second.press("Approve", db.session.get_one(Comment, ids[0]))
    db.session.rollback()
    assert db.session.get_one(Comment, ids[0], populate_existing=True).status == Status.APPROVED


def test_the_last_page_has_what_earlier_pages_left_to_others(
    visitor: Visitor, second: Visitor, article: Article
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * (queue.PAGE_SIZE + 5))]
    on_screen(visitor)
    claim(visitor, ids[:2])
    assert on_screen(second) == ids[2 : queue.PAGE_SIZE + 2]
    turn_page(second)
    assert on_page(second) == [*ids[queue.PAGE_SIZE + 2 :], *ids[:2]]
    assert second.text.count("On the screen of Cleo") == 2


def test_a_page_of_their_own_follows_if_the_last_one_is_full(
    visitor: Visitor, second: Visitor, article: Article
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * (queue.PAGE_SIZE + 2))]
    on_screen(visitor)
    claim(visitor, ids[:2])
    assert on_screen(second) == ids[2:]
    turn_page(second)
    assert on_page(second) == ids[:2]
    assert 'rel="next"' not in second.text


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of a few rows")
@pytest.mark.parametrize("wanted", [QueueFilter(), QueueFilter(words="thank")], ids=["all", "found"])
def test_others_comments_are_read_by_their_ids(
    visitor: Visitor, second: Visitor, article: Article, wanted: QueueFilter
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * 3)]
    on_screen(visitor)
    claim(visitor, ids[:2])
    session_id = db.session.scalars(select(ModeratorSession.id).where(ModeratorSession.moderator.has(name="Dan"))).one()
    with statements(db.engine) as sent:
        cards = queue.load_page(wanted, ids[2], session_id=session_id).cards
    assert [card.comment.id for card in cards] == ids[:2]
    steps = plan(next(statement for statement in sent if "comment.id IN (?, ?) AND" in statement))
    assert any("SEARCH comment USING INTEGER PRIMARY KEY" in step for step in steps), steps


def test_a_claim_that_ends_during_a_walk_returns_the_comment_to_the_first_page(
    visitor: Visitor, second: Visitor, article: Article
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * (queue.PAGE_SIZE + 5))]
    on_screen(visitor)
    claim(visitor, ids[:1])
    on_screen(second)
    with write_transaction(db.session()) as session:
        session.execute(delete(QueueClaim))
    turn_page(second)
    assert on_page(second) == ids[queue.PAGE_SIZE + 1 :]
    assert on_screen(second) == ids[: queue.PAGE_SIZE]


def test_a_moderator_sees_the_same_queue_on_both_of_their_devices(
    app: Flask, visitor: Visitor, second: Visitor, article: Article
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * 3)]
    on_screen(visitor)
    claim(visitor, ids[:2])
    phone = Visitor(app, "203.0.113.77")
    phone.sign_in("Cleo")
    assert on_screen(phone) == ids
    assert "On the screen of" not in phone.text
    assert "On the screen of" not in claim(phone, ids)
    assert second.visit("/moderation/").text.count("On the screen of Cleo") == 3


def test_a_claim_goes_with_the_moderator_from_one_device_to_the_other(
    app: Flask, visitor: Visitor, second: Visitor, article: Article
) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * 2)]
    on_screen(visitor)
    claim(visitor, ids[:1])
    db.session.rollback()
    first_session = db.session.scalars(select(QueueClaim.session_id)).one()
    phone = Visitor(app, "203.0.113.77")
    phone.sign_in("Cleo")
    claim(phone, ids[:1])
    with write_transaction(db.session()) as session:
        session.execute(delete(ModeratorSession).where(ModeratorSession.id == first_session))
    assert on_screen(second) == [ids[1], ids[0]]
    assert claim(second, ids).count("On the screen of Cleo") == 1


@pytest.mark.parametrize("how", ["time", "sign out"])
def test_a_claim_ends(visitor: Visitor, second: Visitor, article: Article, how: str) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * 2)]
    on_screen(visitor)
    claim(visitor, ids[:1])
    with write_transaction(db.session()) as session:
        if how == "time":
            session.execute(update(QueueClaim).values(expires_at=utc_now() - timedelta(seconds=1)))
        else:
            session.execute(delete(ModeratorSession).where(ModeratorSession.moderator.has(name="Cleo")))
    assert on_screen(second) == ids
    claim(second, ids)
    db.session.rollback()
    assert len(db.session.scalars(select(QueueClaim.comment_id)).all()) == 2


def test_without_script_a_decision_claims_what_comes_next(visitor: Visitor, second: Visitor, article: Article) -> None:
    ids = [comment.id for comment in make_comments(article, [{}] * 2 * queue.PAGE_SIZE)]
    on_screen(visitor)
    visitor.press("Approve", db.session.get_one(Comment, ids[0]))
    assert on_screen(visitor) == ids[1 : queue.PAGE_SIZE + 1]
    assert on_screen(second)[:-1] == ids[queue.PAGE_SIZE + 1 :]


@pytest.mark.parametrize("odd", [["x"], ["0", "7777"], ["9" * 30], []])
def test_a_malformed_claim_claims_nothing(visitor: Visitor, odd: list[str]) -> None:
    visitor.visit("/moderation/")
    token = visitor.csrf_token
    assert visitor.ask("/moderation/claims", "POST", data={"csrf_token": token, "comment": odd}).status_code == 200
    assert db.session.scalars(select(QueueClaim.comment_id)).all() == []


def test_two_moderators_decide_on_each_comment_at_the_same_moment(app: Flask, article: Article) -> None:
    """Two pairs of moderators; those of a pair agree on two of three comments."""
    ids = [comment.id for comment in make_comments(article, [{}] * COMMENTS)]
    for name in MODERATORS:
        accounts.add(name, PASSWORD)
    visitors = [Visitor(app, f"203.0.{number}.5") for number in range(len(MODERATORS))]
    for visitor, name in zip(visitors, MODERATORS, strict=True):
        visitor.sign_in(name)
    pairs = [Barrier(2, timeout=60), Barrier(2, timeout=60)]

    def work(number: int) -> list[int]:
        visitor = visitors[number]
        token = visitor.csrf_token
        found = []
        for id_ in ids[number % 2 :: 2]:
            to = "spam" if number > 1 and id_ % 3 == 0 else "approved"
            data = {"csrf_token": token, "next": "", "revision": "1", "version": "1", "to": to}
            pairs[number % 2].wait()
            answer = visitor.ask(f"/moderation/comments/{id_}/decisions", "POST", data=data, headers=FRAGMENT)
            found.append(answer.status_code)
        return found

    with ThreadPoolExecutor(len(visitors)) as pool:
        statuses = [status for found in pool.map(work, range(len(visitors))) for status in found]
    assert len(statuses) == 2 * COMMENTS
    assert set(statuses) <= {200, 409}
    db.session.rollback()
    log = Counter(db.session.scalars(select(Decision.comment_id)))
    assert log == dict.fromkeys(ids, 1)
    assert db.session.scalars(select(Comment.id).where(Comment.status == Status.PENDING)).all() == []
