"""Decisions sent by a script, and decisions of two moderators on one comment."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.decisions import decide, undo
from blog.moderation.models import Moderator, ModeratorSession
from tests.support.bulk import log_rows
from tests.support.clients import Visitor
from tests.support.factories import make_comment
from tests.support.queries import statements
from tests.support.rows import reread

FRAGMENT = {"X-Fragment": "card"}
MAX_BYTES = 2_000


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article)


def send(visitor: Visitor, button: str, comment: Comment, **typed: str) -> TestResponse:
    """The response for the page's script after pressing ``button``."""
    form = visitor.form(button, comment)
    return visitor.ask(form.action, "POST", data=form.fields | typed | form.buttons[button], headers=FRAGMENT)


def test_a_script_gets_one_small_card(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    answer = send(visitor, "Approve", comment)
    assert answer.status_code == 200
    assert f'id="comment-{comment.id}"' in answer.text
    assert "Cleo approved the comment by Bea Brown." in answer.text
    assert "<html" not in answer.text
    assert len(answer.data) < MAX_BYTES
    assert answer.headers["Cache-Control"] == "no-store"
    assert reread(comment).status == "approved"


def test_a_script_that_undoes_gets_the_whole_card_back(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    visitor.page = send(visitor, "Approve", comment)
    answer = send(visitor, "Undo", comment)
    assert "it is pending again" in answer.text
    assert 'value="approved"' in answer.text
    assert reread(comment).status == "pending"


@pytest.mark.parametrize("headers", [FRAGMENT, {}])
def test_the_same_verdict_by_two_moderators_is_a_success(
    visitor: Visitor, second: Visitor, comment: Comment, headers: dict[str, str]
) -> None:
    visitor.visit("/moderation/")
    second.visit("/moderation/")
    visitor.press("Approve", comment)
    form = second.form("Approve", comment)
    answer = second.ask(form.action, "POST", data=form.fields | {"to": "approved"}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    if not headers:
        answer = second.visit(answer.headers["Location"])
    assert "Cleo approved the comment by Bea Brown." in answer.text
    assert "Your decision was not saved" not in answer.text
    assert log_rows() == 1


def test_a_collision_shows_the_queue_the_comment_and_what_was_typed(
    visitor: Visitor, second: Visitor, comment: Comment, article: Article
) -> None:
    other = make_comment(article, "Another one.")
    visitor.visit("/moderation/")
    second.visit("/moderation/")
    visitor.press("Approve", comment)
    answer = second.press("Reject", comment, reason="Not about tea.")
    assert answer.status_code == 409
    assert reread(comment).status == "approved"
    assert "Your decision was not saved" in answer.text
    assert "Cleo approved the comment by Bea Brown." in answer.text
    assert f'id="comment-{other.id}"' in answer.text
    assert second.form("Reject", comment).fields["reason"] == "Not about tea."
    second.press("Reject", comment)
    assert reread(comment).status == "rejected"
    second.press("Approve", other)
    assert reread(other).status == "approved"


def test_a_collision_costs_a_script_one_card(visitor: Visitor, second: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    second.visit("/moderation/")
    visitor.press("Approve", comment)
    answer = send(second, "Spam", comment, reason="Bought watches.")
    assert answer.status_code == 409
    assert "Cleo approved the comment by Bea Brown." in answer.text
    assert "Bought watches." in answer.text
    assert "<html" not in answer.text
    assert log_rows() == 1


def test_the_same_decision_on_an_edited_text_is_no_agreement(
    visitor: Visitor, second: Visitor, comment: Comment
) -> None:
    visitor.visit("/moderation/")
    with write_transaction(db.session()) as session:
        session.get_one(Comment, comment.id).revision = 2
    second.visit("/moderation/")
    second.press("Approve", comment)
    assert send(visitor, "Approve", comment).status_code == 409


def test_a_decision_that_a_script_sends_twice_is_one(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    assert [send(visitor, "Spam", comment).status_code for _ in range(2)] == [200, 200]
    assert log_rows() == 1


@pytest.mark.parametrize("headers", [FRAGMENT, {}])
def test_a_decision_that_is_sent_again_after_the_text_was_edited_is_no_success(
    visitor: Visitor, comment: Comment, headers: dict[str, str]
) -> None:
    visitor.visit("/moderation/")
    form = visitor.form("Approve", comment)
    data = form.fields | form.buttons["Approve"]
    assert visitor.ask(form.action, "POST", data=data, headers=headers).status_code < 400
    with write_transaction(db.session()) as session:
        edited = session.get_one(Comment, comment.id, populate_existing=True)
        edited.revision, edited.status = 2, Status.PENDING
    assert visitor.ask(form.action, "POST", data=data, headers=headers).status_code == 409
    assert reread(comment).status == "pending"


def test_an_unreadable_form_costs_a_script_one_card(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    answer = send(visitor, "Approve", comment, version="x")
    assert answer.status_code == 422
    assert "<html" not in answer.text


def test_a_page_is_brought_up_to_date_with_what_others_decide(
    visitor: Visitor, comment: Comment, article: Article, dan: Moderator
) -> None:
    address = "/moderation/changes?status=pending&decision=0&newest={}"
    assert visitor.ask(address.format(comment.id)).status_code == 204
    decision = decide(comment.id, to=Status.SPAM, revision=1, version=1, moderator=dan)
    assert decision is not None
    make_comment(article)
    answer = visitor.ask(address.format(comment.id))
    assert answer.status_code == 200
    assert "Dan marked the comment by Bea Brown as spam." in answer.text
    assert ">1 new</a>" in answer.text
    assert f'data-decision="{decision.id}"' in answer.text
    undo(decision.id, moderator=dan)
    answer = visitor.ask(address.format(comment.id + 1))
    assert answer.text.count("it is pending again") == 1
    assert f'action="/moderation/comments/{comment.id}/decisions"' in answer.text


@pytest.mark.parametrize(("status", "shown"), [(Status.PENDING, ["New."]), (Status.SPAM, ["New.", "Old."])])
def test_the_link_to_new_comments_leads_to_a_page_that_begins_with_them(
    visitor: Visitor, article: Article, status: Status, shown: list[str]
) -> None:
    old = make_comment(article, "Old.", status=status)
    make_comment(article, "New.", status=status)
    news = visitor.ask(f"/moderation/changes?status={status}&decision=0&newest={old.id}").text
    [address] = re.findall('class="arrivals" href="([^"]+)"', news)
    page = visitor.visit(unescape(address)).text
    assert re.findall(r'class="card__body[^>]*><p>([^<]+)</p>', page) == shown


@pytest.mark.parametrize("query", ["", "status=nothing", "decision=x&newest=-1", "decision=99999999999999999999"])
def test_a_malformed_request_for_changes_is_answered(visitor: Visitor, query: str) -> None:
    expected = {"status=nothing": 404}.get(query, 204)
    assert visitor.ask(f"/moderation/changes?{query}").status_code == expected


def test_asking_for_changes_costs_the_same_however_much_was_decided(
    visitor: Visitor, article: Article, dan: Moderator
) -> None:
    sent: list[int] = []
    for count in (1, 20):
        for _ in range(count):
            decide(make_comment(article).id, to=Status.APPROVED, revision=1, version=1, moderator=dan)
        with statements(db.engine) as found:
            assert visitor.ask("/moderation/changes?decision=0&newest=0").status_code == 200
        sent.append(len(found))
    assert sent[0] == sent[1] <= 4


def test_an_open_page_does_not_keep_a_session_alive(visitor: Visitor, cleo: Moderator) -> None:
    earlier = utc_now() - timedelta(minutes=30)
    with write_transaction(db.session()) as session:
        session.scalars(select(ModeratorSession)).one().seen_at = earlier
    visitor.ask("/moderation/changes")
    db.session.rollback()
    assert db.session.scalars(select(ModeratorSession.seen_at)).one() == earlier
