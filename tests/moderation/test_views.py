"""The moderators' pages."""

import pytest

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from tests.support.clients import Visitor
from tests.support.factories import make_article, make_comment
from tests.support.rows import reread


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article, "Five minutes, *no* more.", body_html="<p>Five minutes, <em>no</em> more.</p>")


def test_a_card_shows_what_a_decision_needs(visitor: Visitor, article: Article) -> None:
    comment = make_comment(
        article,
        "A *kind* word.",
        body_html="<p>A <em>kind</em> word.</p>",
        website="https://bea.example",
        held_reason="A field was filled in that people cannot see.",
    )
    page = visitor.visit("/moderation/").text
    for shown in (
        f'href="/articles/on-tea/comments/{comment.id}" dir="auto">On Tea</a>',
        "Bea Brown",
        "bea@example.org",
        "https://bea.example",
        "<time datetime=",
        "203.0.113.0/24",
        "A browser",
        "A field was filled in that people cannot see.",
        "<p>A <em>kind</em> word.</p>",
        '<pre tabindex="0">A *kind* word.</pre>',
    ):
        assert shown in page
    assert 'href="https://bea.example' not in page


def test_what_a_commenter_typed_is_never_markup_outside_the_cleaned_text(visitor: Visitor, article: Article) -> None:
    script = "<script>alert(1)</script>"
    comment = make_comment(
        article, script, body_html="<p>Clean.</p>", name=script, email=script, website=script, user_agent=script,
        held_reason=script,
    )  # fmt: skip
    for page in ("/moderation/", f"/moderation/comments/{comment.id}"):
        assert script not in visitor.visit(page).text
    visitor.press("Reject", comment, reason=script)
    for page in (visitor.page.request.full_path, "/moderation/log", f"/moderation/comments/{comment.id}"):
        assert script not in visitor.visit(page).text


def test_the_article_of_a_card_is_a_link_only_while_it_is_public(visitor: Visitor) -> None:
    make_comment(make_article("Withdrawn", withdrawn_at=utc_now()))
    page = visitor.visit("/moderation/").text
    assert "Withdrawn" in page
    assert "/articles/withdrawn" not in page


@pytest.mark.parametrize(
    ("button", "becomes", "said"),
    [
        ("Approve", "approved", "Cleo approved the comment by Bea Brown."),
        ("Reject", "rejected", "Cleo rejected the comment by Bea Brown."),
        ("Spam", "spam", "Cleo marked the comment by Bea Brown as spam."),
    ],
)
def test_one_press_decides_says_so_and_another_undoes_it(
    visitor: Visitor, comment: Comment, button: str, becomes: str, said: str
) -> None:
    visitor.visit("/moderation/")
    answer = visitor.press(button, comment)
    assert answer.status_code == 303
    assert reread(comment).status == becomes
    assert said in visitor.text
    assert "The queue is empty." in visitor.text

    visitor.press("Undo", comment)
    assert reread(comment).status == "pending"
    assert "it is pending again" in visitor.text
    assert button in visitor.form(button, comment).buttons


@pytest.mark.parametrize(
    ("was", "offered"),
    [
        (Status.PENDING, {"Approve", "Reject", "Spam", "Approve and reply"}),
        (Status.APPROVED, {"Reject", "Spam", "Reply"}),
        (Status.REJECTED, {"Approve", "Spam", "Back to the queue"}),
        (Status.SPAM, {"Back to the queue"}),
    ],
)
def test_a_card_offers_the_possible_decisions(
    visitor: Visitor, article: Article, was: Status, offered: set[str]
) -> None:
    comment = make_comment(article, status=was)
    visitor.visit(f"/moderation/?status={was}")
    (form,) = [form for form in visitor.forms() if f"/comments/{comment.id}/decisions" in form.action]
    assert set(form.buttons) == offered


def test_after_a_decision_the_moderator_is_where_they_were(visitor: Visitor, article: Article) -> None:
    comment = make_comment(article, status=Status.SPAM)
    visitor.visit("/moderation/?status=spam")
    answer = visitor.press("Back to the queue", comment)
    assert answer.headers["Location"].startswith("/moderation/?status=spam&decided=")
    assert "Cleo put the comment by Bea Brown back into the queue." in visitor.text


def test_a_second_click_is_no_conflict_and_no_second_decision(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    form = visitor.form("Approve", comment)
    twice = [visitor.ask(form.action, "POST", data=form.fields | {"to": "approved"}) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    assert twice[0].headers["Location"] == twice[1].headers["Location"]
    visitor.visit(twice[1].headers["Location"])
    form = visitor.form("Undo", comment)
    twice = [visitor.ask(form.action, "POST", data=form.fields | form.buttons["Undo"]) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    assert reread(comment).status == "pending"
    visitor.visit("/moderation/log")
    assert visitor.text.count('class="log__entry"') == 2


def test_an_edited_text_is_shown_before_it_can_be_decided_on(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    comment.revision, comment.version, comment.body_html = 2, 2, "<p>Ten minutes.</p>"
    db.session.commit()
    answer = visitor.press("Approve", comment)
    assert answer.status_code == 409
    assert "Its author has edited it." in answer.text
    assert "Ten minutes." in answer.text
    visitor.press("Approve", comment)
    assert reread(comment).status == "approved"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": Status.WITHDRAWN}, "Its author has withdrawn it."),
        ({"revision": 2, "edited_by_moderator": True}, "A moderator has edited it."),
        ({"status": Status.SPAM}, "It is spam now."),
    ],
)
def test_a_refused_decision_says_how_the_comment_has_changed(
    visitor: Visitor, comment: Comment, change: dict[str, object], sentence: str
) -> None:
    visitor.visit("/moderation/")
    for name, value in (change | {"version": 2}).items():
        setattr(comment, name, value)
    db.session.commit()
    answer = visitor.press("Approve", comment)
    assert answer.status_code == 409
    assert sentence in answer.text
    assert "Its author has edited it." not in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/moderation/comments/77/decisions", {}), ("/moderation/bulk", {"next": "/moderation/?status=odd"})],
)
def test_a_stale_form_about_nothing_is_not_found(visitor: Visitor, path: str, fields: dict[str, str]) -> None:
    assert visitor.ask(path, "POST", data=fields).status_code == 404


def test_a_decision_that_is_not_possible_is_refused_with_a_message(visitor: Visitor, article: Article) -> None:
    comment = make_comment(article, status=Status.SPAM)
    visitor.visit("/moderation/?status=spam")
    form = visitor.form("Back to the queue", comment)
    answer = visitor.ask(form.action, "POST", data=form.fields | {"to": "approved", "reason": "A mistake."})
    assert answer.status_code == 422
    assert "A comment that is spam cannot become approved directly." in answer.text
    assert "A mistake." in answer.text
    assert reread(comment).status == "spam"


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "withdrawn"},
        {"to": ""},
        {"revision": ""},
        {"version": "x"},
        {"version": "99999999999999999999"},
        {"reason": "x" * 501},
        {"undoes": "x"},
        {"undoes": "99999999999999999999"},
    ],
)
def test_a_form_that_cannot_be_read_changes_nothing(visitor: Visitor, comment: Comment, fields: dict[str, str]) -> None:
    visitor.visit("/moderation/")
    form = visitor.form("Approve", comment)
    answer = visitor.ask(form.action, "POST", data=form.fields | {"to": "approved"} | fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert reread(comment).status == "pending"


def test_a_reason_is_one_line_of_printable_text(visitor: Visitor, comment: Comment) -> None:
    visitor.visit("/moderation/")
    visitor.press("Reject", comment, reason=" It says\x00 \u202enothing\r\nof tea. ")
    visitor.visit("/moderation/log")
    assert "<q>It says nothing of tea.</q>" in visitor.text


def test_a_decision_is_undone_under_its_own_comment_only(
    visitor: Visitor, comment: Comment, article: Article, cleo: Moderator
) -> None:
    decision = decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    assert decision is not None
    other = make_comment(article)
    visitor.visit("/moderation/")
    form = visitor.form("Approve", other)
    for undoes in (decision.id, decision.id + 1):
        answer = visitor.ask(form.action, "POST", data=form.fields | {"undoes": str(undoes)})
        assert answer.status_code == 404
    assert reread(comment).status == "approved"


@pytest.mark.parametrize("number", ["7", "0", "99999999999999999999"])
def test_an_unknown_comment_is_not_found(visitor: Visitor, number: str) -> None:
    assert visitor.visit(f"/moderation/comments/{number}").status_code == 404


def test_an_error_page_leads_moderators_back_to_the_queue(visitor: Visitor) -> None:
    for path in ("/moderation/comments/99", "/moderation/accounts"):
        assert '<a href="/moderation/">Back to the queue</a>' in visitor.visit(path).text
    assert "Back to the queue" not in visitor.visit("/nowhere").text


def test_an_unknown_state_is_not_found(visitor: Visitor) -> None:
    assert visitor.visit("/moderation/?status=erased").status_code == 404


def test_one_comment_is_shown_with_all_that_was_decided_on_it(
    visitor: Visitor, comment: Comment, cleo: Moderator, dan: Moderator
) -> None:
    decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    decide(comment.id, to=Status.SPAM, revision=1, version=2, moderator=dan, reason="Seen elsewhere.")
    page = visitor.visit(f"/moderation/comments/{comment.id}").text
    assert page.index("Dan marked the comment by Bea Brown as spam.") < page.index("Cleo approved the comment")
    assert "<q>Seen elsewhere.</q>" in page
    assert page.count(">Undo</button>") == 1
    visitor.press("Undo", comment)
    assert reread(comment).status == "approved"
    assert visitor.page.request.path == f"/moderation/comments/{comment.id}"


def test_the_log_is_newest_first_and_offers_undo_where_it_can(
    visitor: Visitor, article: Article, cleo: Moderator
) -> None:
    first, second = make_comment(article, name="Ann"), make_comment(article, name="Bob")
    for comment in (first, second):
        decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    decide(first.id, to=Status.REJECTED, revision=1, version=2, moderator=cleo, reason="On second thought.")
    page = visitor.visit("/moderation/log").text
    deeds = ["Cleo rejected the comment by Ann", "Cleo approved the comment by Bob", "Cleo approved the comment by Ann"]
    assert [page.index(deed) for deed in deeds] == sorted(page.index(deed) for deed in deeds)
    assert "approved → rejected" in page
    assert "<q>On second thought.</q>" in page
    assert page.count(">Undo</button>") == 2

    answer = visitor.press("Undo", second)
    assert answer.headers["Location"].startswith("/moderation/log?decided=")
    assert reread(second).status == "pending"
    assert "Cleo undid the decision on the comment by Bob; it is pending again." in visitor.text


def test_the_enter_key_in_a_reason_presses_nothing(visitor: Visitor, comment: Comment) -> None:
    page = visitor.visit("/moderation/").text
    form = page[page.index('class="card__form"') :]
    assert form.index('<button type="submit" disabled hidden></button>') < form.index(">Approve<")


def test_details_show_the_languages_of_the_browser_as_text(visitor: Visitor, article: Article) -> None:
    make_comment(article, accept_language="de, <b>en</b>")
    assert "<dt>Languages</dt><dd><bdi>de, &lt;b&gt;en&lt;/b&gt;</bdi></dd>" in visitor.visit("/moderation/").text
