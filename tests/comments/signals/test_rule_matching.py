"""Moderators' rules: which comments they affect, and how."""

from datetime import timedelta

import pytest

from blog.comments import signals
from blog.comments.models import Comment, Status
from blog.comments.signals.rule_matching import MAX_READ, BadRule, RuleAction, RuleKind, normal_key
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import rules
from blog.moderation.models import Moderator
from tests.comments.signals.conftest import Send
from tests.support.queries import plan, statements

EMAIL = "Bea@Mail.Example.org"
WEBSITE = "https://www.bea.example/"


def make_rule(
    cleo: Moderator, kind: RuleKind, text: str, action: RuleAction = RuleAction.BLOCK, days: int | None = None
) -> int:
    return rules.add(rules.draft(kind, text, action, days=days), cleo).id


def sentences(comment: Comment) -> list[str]:
    return [signals.sentence(signal) for signal in comment.signals if signal.name == "rule"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (RuleKind.WORD, "KETTLE"),
        (RuleKind.WORD, "iron kettle"),
        (RuleKind.WORD, "brown"),
        (RuleKind.NAME, "B\u0435a  br0wn"),
        (RuleKind.ADDRESS, "bea@mail.example.org"),
        (RuleKind.DOMAIN, "example.org"),
        (RuleKind.DOMAIN, "bea.example"),
        (RuleKind.DOMAIN, "https://shop.example/anything"),
        (RuleKind.NETWORK, "203.0.113.9"),
        (RuleKind.NETWORK, "203.0.0.0/16"),
    ],
)
def test_a_rule_that_blocks_makes_a_comment_spam(send: Send, cleo: Moderator, kind: RuleKind, text: str) -> None:
    make_rule(cleo, kind, text)
    comment = send("An *ir*on kettle, from https://m.shop.example/k.", email=EMAIL, website=WEBSITE)
    assert comment.status == Status.SPAM
    assert sentences(comment) == [f"A rule blocks {signals.rule_check.WITH_KIND[kind]}." % {"text": text}]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (RuleKind.WORD, "press"),
        (RuleKind.WORD, "kettle iron"),
        (RuleKind.NAME, "Bea"),
        (RuleKind.ADDRESS, "bea@example.org"),
        (RuleKind.DOMAIN, "mple.org"),
        (RuleKind.DOMAIN, "x.mail.example.org"),
        (RuleKind.NETWORK, "203.0.112.0/24"),
    ],
)
def test_a_rule_does_not_affect_other_comments(send: Send, cleo: Moderator, kind: RuleKind, text: str) -> None:
    make_rule(cleo, kind, text)
    comment = send("An express iron kettle.", email=EMAIL, website=WEBSITE)
    assert (comment.status, sentences(comment)) == (Status.APPROVED, [])


def test_a_rule_that_holds_makes_a_comment_wait(send: Send, cleo: Moderator) -> None:
    make_rule(cleo, RuleKind.WORD, "kettle", RuleAction.HOLD)
    comment = send("A kettle.")
    assert (comment.status, sentences(comment)) == (Status.PENDING, ["A rule holds the word “kettle”."])


def test_links_to_a_trusted_domain_do_not_count(send: Send, cleo: Moderator) -> None:
    links = " ".join(f"https://docs.tea.example/{number}" for number in range(4))
    assert send(links).status == Status.PENDING
    make_rule(cleo, RuleKind.DOMAIN, "tea.example", RuleAction.TRUST)
    assert send(f"{links} again").status == Status.APPROVED
    assert send(f"{links} https://a.example/1 https://a.example/2 https://a.example/3").status == Status.PENDING


def test_many_comments_from_a_trusted_network_do_not_count(send: Send, cleo: Moderator) -> None:
    make_rule(cleo, RuleKind.NETWORK, "203.0.113.0/24", RuleAction.TRUST)
    sent = [send(f"Text {number}", email=f"r{number}@example.org") for number in range(11)]
    assert {comment.status for comment in sent} == {Status.APPROVED}


@pytest.mark.parametrize("kind", [RuleKind.WORD, RuleKind.NAME, RuleKind.ADDRESS])
def test_names_and_addresses_cannot_be_trusted_by_a_rule(kind: RuleKind) -> None:
    with pytest.raises(rules.TrustRefused):
        rules.draft(kind, "bea@example.org", RuleAction.TRUST)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (RuleKind.WORD, "!?"),
        (RuleKind.NAME, "★"),
        (RuleKind.ADDRESS, "bea"),
        (RuleKind.DOMAIN, "example"),
        (RuleKind.DOMAIN, "a b.example"),
        (RuleKind.NETWORK, "0.0.0.0/0"),
        (RuleKind.NETWORK, "203.0.113.9/32"),
        (RuleKind.NETWORK, "here"),
    ],
)
def test_a_text_that_does_not_fit_its_kind_is_refused(kind: RuleKind, text: str) -> None:
    with pytest.raises(BadRule):
        normal_key(kind, text)


def test_an_ended_or_removed_rule_has_no_effect(send: Send, cleo: Moderator) -> None:
    ended, removed = make_rule(cleo, RuleKind.WORD, "kettle", days=7), make_rule(cleo, RuleKind.WORD, "iron")
    with write_transaction(db.session()) as session:
        session.get_one(signals.models.CommentRule, ended).ends_at = utc_now() - timedelta(minutes=1)
    rule = db.session.get_one(signals.models.CommentRule, removed)
    assert rules.remove(rule, cleo)
    assert not rules.remove(rule, cleo)
    assert send("An iron kettle.").status == Status.APPROVED


def test_many_rules_need_no_more_statements(send: Send, cleo: Moderator) -> None:
    def count(number: int) -> int:
        with statements(db.engine) as sent:
            send(f"An iron kettle, number {number}.", email=f"r{number}@example.org")
        return len(sent)

    make_rule(cleo, RuleKind.WORD, "iron", RuleAction.HOLD)
    count(1)
    few = count(2)
    for number in range(15):
        make_rule(cleo, RuleKind.WORD, f"kettle{number}")
        make_rule(cleo, RuleKind.WORD, "iron", RuleAction.HOLD)
    assert count(3) == few


def test_no_number_of_weaker_rules_hides_a_rule_that_blocks(send: Send, cleo: Moderator) -> None:
    make_rule(cleo, RuleKind.WORD, "iron kettle")
    for number in range(MAX_READ):
        make_rule(cleo, RuleKind.WORD, f"iron pan {number}", RuleAction.HOLD)
    assert send("An iron kettle.").status == Status.SPAM


def test_of_too_many_rules_the_oldest_have_no_effect(send: Send, cleo: Moderator) -> None:
    make_rule(cleo, RuleKind.WORD, "iron kettle")
    for number in range(MAX_READ - 1):
        make_rule(cleo, RuleKind.WORD, f"iron pan {number}")
    make_rule(cleo, RuleKind.WORD, "iron pot")
    assert [send(text).status for text in ("An iron kettle.", "An iron pot.")] == [Status.APPROVED, Status.SPAM]


@pytest.mark.only_on("sqlite", reason="plans of SQLite")
def test_rules_are_found_by_their_key(send: Send) -> None:
    with statements(db.engine) as sent:
        send("An iron kettle.")
    (statement,) = (statement for statement in sent if "FROM comment_rule" in statement)
    assert plan(statement, "x")[0] == "SEARCH comment_rule USING INDEX ix_comment_rule_key (key=?)"
