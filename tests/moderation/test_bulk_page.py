"""Deciding on many comments by hand: a selection, a whole view, the page that shows what became of them."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import bulk_batches, bulk_queries
from blog.moderation.bulk_lifecycle import MAX_MEMBERS
from blog.moderation.bulk_models import BulkDecision
from blog.moderation.bulk_worker import BulkWorker
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.bulk import log_rows, statuses
from tests.support.clients import Visitor, signed_in
from tests.support.factories import make_article, make_comment, make_comments
from tests.support.queries import statements

FRAGMENT = {"X-Fragment": "card"}
BULK = "/moderation/bulk"


def boxes(visitor: Visitor) -> list[str]:
    """The values of the checkboxes on the page."""
    return re.findall(r'name="selected" value="([^"]+)" form="selection"', visitor.text)


def send(visitor: Visitor, chosen: list[str], button: str = "Approve", **typed: str) -> TestResponse:
    """Choose comments on the page and press a button of the bar."""
    form = next(form for form in visitor.forms() if form.action == BULK)
    data = form.fields | form.buttons[button] | typed
    return follow(visitor, visitor.ask(BULK, "POST", data=data | {"selected": chosen}))


def press(visitor: Visitor, button: str, path: str, **typed: str) -> TestResponse:
    form = next(form for form in visitor.forms() if button in form.buttons and form.action.startswith(path))
    return follow(visitor, visitor.ask(form.action, "POST", data=form.fields | form.buttons[button] | typed))


def follow(visitor: Visitor, answer: TestResponse) -> TestResponse:
    """Show the page that the answer leads to, as a browser does; return the answer."""
    visitor.page = answer
    if answer.status_code == 303:
        visitor.visit(answer.headers["Location"])
    return answer


def test_chosen_comments_are_decided_by_a_plain_form_and_undone(visitor: Visitor, comments: list[Comment]) -> None:
    visitor.visit("/moderation/")
    answer = send(visitor, boxes(visitor)[:3], "Reject", reason="Not about tea.")
    assert answer.status_code == 303
    assert "Cleo rejected 3 comments at once." in visitor.text
    assert statuses(comments) == ["rejected"] * 3 + ["pending"] * 2
    press(visitor, "Undo", BULK)
    assert "Cleo undid the decisions on 3 comments at once." in visitor.text
    assert statuses(comments) == ["pending"] * 5


def test_the_log_has_one_line_that_leads_to_the_members(visitor: Visitor, comments: list[Comment]) -> None:
    visitor.visit("/moderation/")
    send(visitor, boxes(visitor), "Spam", reason="Watches.")
    visitor.visit("/moderation/log")
    assert visitor.text.count('class="log__entry"') == 1
    assert "Cleo marked 5 comments as spam at once." in visitor.text
    visitor.visit(re.search(r'href="(/moderation/bulk/\d+)"', visitor.text)[1])  # type: ignore[index]
    assert all(f"/moderation/comments/{comment.id}" in visitor.text for comment in comments)
    visitor.visit(f"/moderation/comments/{comments[0].id}")
    assert "Cleo marked the comment by Bea Brown as spam." in visitor.text
    assert "Decided together with others" in visitor.text
    visitor.visit("/moderation/log")
    press(visitor, "Undo", BULK)
    assert statuses(comments) == ["pending"] * 5


def test_members_are_listed_a_page_at_a_time(
    visitor: Visitor, comments: list[Comment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_queries, "PAGE_SIZE", 2)
    visitor.visit("/moderation/")
    send(visitor, boxes(visitor), "Spam")
    seen = []
    address: str | None = f"{BULK}/1"
    while address:
        visitor.visit(address)
        seen += re.findall(r'bulk__member">\s*<a href="/moderation/comments/(\d+)"', visitor.text)
        following = re.search(r'rel="next" href="([^"]+)"', visitor.text)
        address = following[1].replace("&amp;", "&") if following else None
    assert seen == [str(comment.id) for comment in comments]


def test_what_changed_meanwhile_is_left_and_named(visitor: Visitor, comments: list[Comment], dan: Moderator) -> None:
    visitor.visit("/moderation/")
    chosen = boxes(visitor)
    decide(comments[1].id, to=Status.SPAM, revision=1, version=1, moderator=dan)
    send(visitor, chosen, "Approve")
    assert "Cleo approved 4 comments at once. 1 had changed meanwhile and was left as it is." in visitor.text
    visitor.visit(re.search(r'class="message__more" href="([^"]+)"', visitor.text)[1])  # type: ignore[index]
    assert re.findall(r'bulk__member">\s*<a href="/moderation/comments/(\d+)"', visitor.text) == [str(comments[1].id)]
    assert statuses(comments)[1] == "spam"


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ([], "Please choose at least one comment."),
        (["x"], "Please choose the comments again."),
        (["1.1"], "Please choose the comments again."),
        (["1.1.1.1"], "Please choose the comments again."),
        (["-1.1.1"], "Please choose the comments again."),
        (["٣.1.1"], "Please choose the comments again."),
        ([f"{10**30}.1.1"], "Please choose the comments again."),
        (["999999.1.1"], "Some of the chosen comments do not exist"),
        ([f"{number}.1.1" for number in range(1, MAX_MEMBERS + 2)], "At most 10,000 comments"),
    ],
    ids=["none", "word", "two", "four", "negative", "arabic", "huge", "foreign", "too-many"],
)
def test_malformed_selections_are_refused_and_lose_nothing(
    visitor: Visitor, comments: list[Comment], chosen: list[str], sentence: str
) -> None:
    visitor.visit("/moderation/")
    own = boxes(visitor)[0]
    answer = send(visitor, chosen and [own, *chosen], reason="Kind words.")
    assert answer.status_code == 422
    assert sentence in visitor.text
    if chosen:
        assert 'value="Kind words." list="canned-reasons"' in visitor.text
        assert re.search(rf'value="{re.escape(own)}" form="selection"[^>]* checked', visitor.text)
    assert statuses(comments) == ["pending"] * 5
    assert log_rows() == 0


@pytest.mark.parametrize("change", [{"to": "nothing"}, {"to": ""}, {"to": "withdrawn"}, {"was": "erased"}, {"was": ""}])
def test_impossible_transitions_are_refused(visitor: Visitor, comments: list[Comment], change: dict[str, str]) -> None:
    visitor.visit("/moderation/")
    assert send(visitor, boxes(visitor), **change).status_code == 422
    assert log_rows() == 0


def test_a_stale_form_keeps_what_was_chosen(visitor: Visitor, comments: list[Comment]) -> None:
    visitor.visit("/moderation/")
    own = boxes(visitor)[0]
    answer = send(visitor, [own], csrf_token="stale", reason="Kind words.")
    assert answer.status_code == 400
    assert re.search(rf'value="{re.escape(own)}" form="selection"[^>]* checked', visitor.text)
    assert 'value="Kind words." list="canned-reasons"' in visitor.text


def test_a_whole_view_is_named_before_it_is_decided(
    visitor: Visitor, comments: list[Comment], article: Article
) -> None:
    elsewhere = make_comment(make_article("On Coffee"))
    visitor.visit(f"/moderation/?status=pending&article={article.id}")
    press(visitor, "Decide on all comments of this view…", BULK)
    assert "5 comments." in visitor.text
    assert "Only comments on “On Tea”." in visitor.text
    assert log_rows() == 0
    late = make_comment(db.session.get_one(Article, article.id))
    press(visitor, "Spam", BULK, reason="Watches.")
    assert "Cleo marked 5 comments as spam at once." in visitor.text
    assert statuses([*comments, elsewhere, late]) == ["spam"] * 5 + ["pending"] * 2
    visitor.visit("/moderation/log")
    assert "Only comments on “On Tea”." in visitor.text


def test_a_capped_view_says_so(visitor: Visitor, comments: list[Comment], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.moderation.bulk_lifecycle.MAX_MEMBERS", 3)
    visitor.visit("/moderation/")
    press(visitor, "Decide on all comments of this view…", BULK)
    assert "The first 3 of more than 3 comments." in visitor.text


def test_a_view_is_started_once(visitor: Visitor, comments: list[Comment]) -> None:
    visitor.visit("/moderation/")
    press(visitor, "Decide on all comments of this view…", BULK)
    form = next(form for form in visitor.forms() if form.action.endswith("/start"))
    answers = [visitor.ask(form.action, "POST", data=form.fields | form.buttons["Spam"]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Nothing was changed" in answers[1].text
    assert log_rows() == 5


def test_a_long_one_shows_its_progress_and_ends_by_itself(
    visitor: Visitor, comments: list[Comment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 2)
    visitor.visit("/moderation/")
    answer = send(visitor, boxes(visitor), "Spam")
    assert answer.headers["Location"] == f"{BULK}/1"
    assert "2 of 5" in visitor.text
    assert '<noscript><meta http-equiv="refresh"' in visitor.text
    assert "2 of 5" in visitor.visit(f"{BULK}/1/progress").text
    BulkWorker().work()
    visitor.visit(f"{BULK}/1")
    assert "Cleo marked 5 comments as spam at once." in visitor.text
    assert "progress" not in re.sub(r"<header.*?</header>", "", visitor.text, flags=re.DOTALL).split("<main")[1]


def test_a_long_one_can_be_stopped(visitor: Visitor, comments: list[Comment], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 2)
    visitor.visit("/moderation/")
    send(visitor, boxes(visitor), "Spam")
    press(visitor, "Stop", BULK)
    BulkWorker().work()
    assert "It was stopped" in visitor.text
    assert statuses(comments) == ["spam"] * 2 + ["pending"] * 3


def test_undo_of_nothing_is_refused(visitor: Visitor, comments: list[Comment]) -> None:
    visitor.visit("/moderation/")
    press(visitor, "Decide on all comments of this view…", BULK)
    token = visitor.csrf_token
    assert visitor.ask(f"{BULK}/1/undo", "POST", data={"csrf_token": token}).status_code == 409
    for path in ("", "/progress"):
        assert visitor.ask(f"{BULK}/77{path}").status_code == 404
    for path in ("/start", "/stop", "/undo"):
        assert visitor.ask(f"{BULK}/77{path}", "POST", data={"csrf_token": token}).status_code == 404


def test_a_script_gets_the_cards_of_all_members(visitor: Visitor, comments: list[Comment], dan: Moderator) -> None:
    visitor.visit("/moderation/")
    chosen = boxes(visitor)
    decide(comments[0].id, to=Status.SPAM, revision=1, version=1, moderator=dan)
    form = next(form for form in visitor.forms() if form.action == BULK)
    data = form.fields | {"to": "approved", "selected": chosen}
    answer = visitor.ask(BULK, "POST", data=data, headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.text.count("card--decided") == 4
    assert "Dan marked the comment by Bea Brown as spam." in answer.text
    assert f"{BULK}/1/undo" in answer.text
    assert "<html" not in answer.text
    answer = visitor.ask(BULK, "POST", data=form.fields | {"to": "approved"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "Please choose at least one comment." in answer.text


def test_pages_cost_the_same_statements_however_many_comments(visitor: Visitor, article: Article) -> None:
    sent: list[list[int]] = []
    for count in (2, 20):
        make_comments(article, [{}] * count)
        visitor.visit("/moderation/")
        send(visitor, boxes(visitor), "Approve")
        found = []
        for path in (f"{BULK}/{len(sent) + 1}", f"{BULK}/{len(sent) + 1}/progress", "/moderation/log"):
            with statements(db.engine) as log:
                visitor.visit(path)
            found.append(len(log))
        sent.append(found)
    assert sent[0] == sent[1]
    assert max(sent[0]) <= 10


def test_a_viewer_sees_it_and_has_no_buttons(app: Flask, visitor: Visitor, comments: list[Comment]) -> None:
    visitor.visit("/moderation/")
    send(visitor, boxes(visitor), "Spam")
    viewer = signed_in(app, "Vera", Role.VIEWER)
    for path in ("/moderation/", f"{BULK}/1", "/moderation/log"):
        viewer.visit(path)
        assert not boxes(viewer)
        assert not [form for form in viewer.forms() if form.action.startswith(BULK)]
    assert db.session.get_one(BulkDecision, 1).decided == 5
