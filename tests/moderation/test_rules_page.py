"""Moderators create rules from a comment, after a preview."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.comments.signals.models import CommentRule
from blog.comments.signals.rule_matching import RuleAction, RuleKind
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts, rule_preview, rules
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.clients import Visitor, signed_in
from tests.support.factories import make_comment
from tests.support.queries import statements
from tests.support.rows import newest_comment


def stored() -> list[CommentRule]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(CommentRule).order_by(CommentRule.id)))


def sent(app: Flask, body: str = "Cheap kettles at https://shop.example/k", **fields: str) -> Comment:
    data = {"name": "Bea Brown", "email": "bea@example.org", "body": body} | fields
    app.test_client().post("/articles/on-tea/comments", data=data, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    return newest_comment()


def test_a_rule_is_made_from_a_comment_with_links_and_forms_alone(
    app: Flask, visitor: Visitor, article: Article
) -> None:
    comment = sent(app)
    page = visitor.visit("/moderation/").text
    assert f'href="/moderation/rules/new?comment={comment.id}"' in page
    page = visitor.visit(f"/moderation/rules/new?comment={comment.id}").text
    for suggested in (
        "E-mail address: <bdi>bea@example.org",
        "Domain: <bdi>shop.example",
        "Network: <bdi>203.0.113.0/24",
    ):
        assert suggested in page
    visitor.visit(f"/moderation/rules/new?kind=domain&text=shop.example&action=block&days=30&comment={comment.id}")
    assert "It would have caught 1 comment of the last 90 days." in visitor.text
    assert "Domain: <bdi>shop.example</bdi> · Block: it is spam · for 30 days" in visitor.text
    assert stored() == []
    visitor.press("Make this rule")
    assert "The rule for “shop.example” applies from the next comment on." in visitor.text
    rule = stored()[0]
    assert (rule.kind, rule.key, rule.action) == ("domain", "shop.example", "block")
    assert rule.ends_at is not None
    assert timedelta(days=29) < rule.ends_at - utc_now() < timedelta(days=31)
    assert sent(app, "See https://shop.example/other").status == Status.SPAM
    visitor.press("Remove")
    assert "is removed" in visitor.text
    ended = visitor.visit("/moderation/rules?ended=1").text
    assert "removed by Cleo" in ended
    assert sent(app, "See https://shop.example/third").status == Status.PENDING


def test_a_double_click_makes_one_rule(visitor: Visitor) -> None:
    visitor.visit("/moderation/rules/new?kind=word&text=casino&action=block&days=30")
    form = visitor.form("Make this rule")
    for _ in range(2):
        assert visitor.ask(form.action, "POST", data=form.fields).status_code == 303
    assert [rule.text for rule in stored()] == ["casino"]
    assert visitor.ask(form.action, "POST", data=dict(form.fields) | {"days": ""}).status_code == 303
    assert [rule.ends_at is None for rule in stored()] == [False, True]
    for _ in stored():
        visitor.visit("/moderation/rules")
        visitor.press("Remove")
    assert visitor.ask(form.action, "POST", data=form.fields).status_code == 303
    assert len(stored()) == 3


def test_a_rule_that_cannot_be_is_refused_beside_its_field(visitor: Visitor) -> None:
    answer = visitor.visit("/moderation/rules/new?kind=network&text=everywhere&action=block&days=")
    assert answer.status_code == 422
    assert "Please give an IP address" in answer.text
    assert 'value="everywhere"' in answer.text
    answer = visitor.visit("/moderation/rules/new?kind=address&text=bea@example.org&action=trust&days=")
    assert "Only domains and networks can be trusted" in answer.text
    assert visitor.visit("/moderation/rules/new?kind=planet&text=x&action=block&days=").status_code == 422
    assert stored() == []


def test_the_preview_names_what_is_published_and_leaves_out_what_is_old(
    app: Flask, visitor: Visitor, article: Article
) -> None:
    make_comment(article, "A kettle, approved.", status=Status.APPROVED)
    make_comment(article, "A kettle, spam.", status=Status.SPAM)
    make_comment(article, "An express.", status=Status.APPROVED)
    make_comment(article, "An old kettle.", submitted_at=utc_now() - timedelta(days=91))
    page = visitor.visit("/moderation/rules/new?kind=word&text=Kettle&action=block&days=").text
    assert "It would have caught 2 comments of the last 90 days." in page
    assert "A kettle, approved." in page
    assert "A kettle, spam." not in page


def test_every_kind_is_previewed_in_one_statement(app: Flask, article: Article) -> None:
    sent(app)
    cases = {
        RuleKind.WORD: "kettles",
        RuleKind.NAME: "BEA BROWN",
        RuleKind.ADDRESS: "BEA@example.org",
        RuleKind.DOMAIN: "shop.example",
        RuleKind.NETWORK: "203.0.113.0/24",
    }
    for kind, text in cases.items():
        with statements(db.engine) as found:
            shown = rule_preview.preview(rules.draft(kind, text, RuleAction.BLOCK))
        assert (shown.count, len(found)) == (1, 1), kind
    make_comment(article, network="2001:db8:1::/48")
    for network in ("203.0.0.0/16", "2001:db8:1::/48", "2001:d00::/24"):
        assert rule_preview.preview(rules.draft(RuleKind.NETWORK, network, RuleAction.BLOCK)).count == 1, network


def test_a_preview_looks_at_a_bounded_number_of_comments(
    app: Flask, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_comment(article, f"kettle {number}")
    monkeypatch.setattr(rule_preview, "MAX_READ", 3)
    shown = rule_preview.preview(rules.draft(RuleKind.WORD, "kettle", RuleAction.BLOCK))
    assert (shown.count, shown.is_capped) == (3, True)
    monkeypatch.setattr(rule_preview, "MAX_READ", 4)
    shown = rule_preview.preview(rules.draft(RuleKind.WORD, "kettle", RuleAction.BLOCK))
    assert (shown.count, shown.is_capped) == (4, False)


def test_another_s_rule_is_removed_by_an_administrator_only(second: Visitor, cleo: Moderator, dan: Moderator) -> None:
    rules.add(rules.draft(RuleKind.WORD, "kettle", RuleAction.BLOCK), cleo)
    accounts.change_role(cleo, Role.ADMINISTRATOR, by=None)
    accounts.change_role(dan, Role.MODERATOR, by=None)
    assert "Remove the rule" not in second.visit("/moderation/rules").text
    token = second.csrf_token
    answer = second.ask(f"/moderation/rules/{stored()[0].id}/removal", "POST", data={"csrf_token": token})
    assert answer.status_code == 403
    assert "only an administrator can remove it" in answer.text
    assert stored()[0].removed_at is None


def test_a_viewer_reads_the_rules_and_makes_none(app: Flask, cleo: Moderator) -> None:
    rules.add(rules.draft(RuleKind.WORD, "kettle", RuleAction.HOLD, note="Too many"), cleo)
    viewer = signed_in(app, "Vera", Role.VIEWER)
    page = viewer.visit("/moderation/rules").text
    assert "kettle" in page
    assert "Too many" in page
    assert "New rule" not in page
    viewer.visit("/moderation/rules/new?kind=word&text=kettle&action=block&days=")
    assert "Make this rule" not in viewer.text


def test_the_list_reads_as_many_statements_for_many_rules(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    def count() -> int:
        with statements(db.engine) as found:
            visitor.visit("/moderation/rules")
        return len(found)

    rules.add(rules.draft(RuleKind.WORD, "kettle", RuleAction.BLOCK), cleo)
    first = count()
    for number in range(60):
        rules.add(rules.draft(RuleKind.WORD, f"kettle{number}", RuleAction.BLOCK), cleo)
    assert count() == first
    assert "Earlier rules" in visitor.text


def test_what_somebody_typed_is_never_markup(app: Flask, visitor: Visitor, article: Article, cleo: Moderator) -> None:
    script = "<script>alert(1)</script>"
    with write_transaction(db.session()) as session:
        session.get_one(Moderator, cleo.id).name = script
    rules.add(rules.draft(RuleKind.WORD, script, RuleAction.HOLD, note=script), cleo)
    comment = sent(app, "script alert 1 script")
    for path in ("/moderation/rules", "/moderation/", f"/moderation/rules/new?comment={comment.id}"):
        assert script not in visitor.visit(path).text


@pytest.mark.parametrize("field", ["kind", "action", "days"])
def test_a_choice_that_is_not_offered_is_refused(visitor: Visitor, field: str) -> None:
    visitor.visit("/moderation/rules/new?kind=word&text=kettle")
    form = next(form for form in visitor.forms() if form.action == "/moderation/rules")
    choices = {"kind": "word", "text": "kettle", "action": "block", "days": "", field: "other"}
    answer = visitor.ask(form.action, "POST", data=form.fields | choices)
    assert answer.status_code == 422
    assert stored() == []
