"""What the spam classifier learns from decisions, and when it forgets it again."""

import pytest
from sqlalchemy import select

from blog.comments.erasure import erase
from blog.comments.models import Comment, Status
from blog.comments.signals.models import LearnedComment, TokenStat
from blog.comments.signals.tokens import TOTAL
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.decisions import undo
from blog.moderation.models import Moderator
from blog.moderation.spam_training import learn_decisions
from tests.comments.signals.conftest import Send
from tests.support.decisions import decide_on
from tests.support.factories import make_comment
from tests.support.queries import statements

SPAM_TEXT = "Cheap casino bonus at https://casino.example/now"


def counts() -> dict[str, tuple[int, int]]:
    db.session.rollback()
    rows = db.session.scalars(select(TokenStat).execution_options(populate_existing=True))
    return {row.token: (row.spam, row.ham) for row in rows if row.spam or row.ham}


def test_a_decision_is_learned_and_an_undo_unlearns_it(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article, SPAM_TEXT)
    decision = decide_on(comment, Status.SPAM, cleo)
    assert learn_decisions() == 1
    assert counts()["casino"] == counts()[TOTAL] == (1, 0)
    undo(decision.id, moderator=cleo)
    assert learn_decisions() == 1
    assert counts() == {}


def test_reading_the_log_twice_learns_once(article: Article, cleo: Moderator) -> None:
    decide_on(make_comment(article, "A fine kettle."), Status.APPROVED, cleo)
    decide_on(make_comment(article, SPAM_TEXT), Status.SPAM, cleo)
    assert [learn_decisions() for _ in range(3)] == [2, 0, 0]
    assert counts()[TOTAL] == (1, 1)


def test_nothing_is_written_or_locked_while_nothing_is_new(article: Article, cleo: Moderator) -> None:
    for number in range(3):
        decide_on(make_comment(article, f"{SPAM_TEXT} {number}"), Status.SPAM, cleo)
    assert learn_decisions() == 3
    with statements(db.engine) as sent:
        assert learn_decisions() == 0
    assert len(sent) == 2, sent


def test_another_decision_moves_a_comment_to_the_other_side(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article, SPAM_TEXT)
    for status in (Status.SPAM, Status.PENDING, Status.APPROVED):
        decide_on(comment, status, cleo)
    learn_decisions()
    assert counts()["casino"] == (0, 1)
    decide_on(comment, Status.REJECTED, cleo)
    learn_decisions()
    assert counts() == {}


def test_only_moderators_decisions_are_learned(send: Send, article: Article, cleo: Moderator) -> None:
    comment = send(SPAM_TEXT, nickname="bot")
    assert comment.status == Status.SPAM
    decision = decide_on(comment, Status.PENDING, cleo)
    undo(decision.id, moderator=cleo)
    learn_decisions()
    assert counts() == {}


def test_only_anonymous_counts_of_an_erased_comment_are_kept(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article, SPAM_TEXT)
    decide_on(comment, Status.SPAM, cleo)
    learn_decisions()
    with write_transaction(db.session()) as session:
        erase(session, session.get_one(Comment, comment.id, populate_existing=True))
    assert db.session.scalars(select(LearnedComment)).all() == []
    learn_decisions()
    assert counts()["casino"] == (1, 0)


def test_a_long_log_is_read_in_batches(article: Article, cleo: Moderator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.moderation.spam_training.BATCH_SIZE", 4)
    for number in range(7):
        decide_on(make_comment(article, f"Kettle {number}"), Status.APPROVED, cleo)
    assert sum(learn_decisions() for _ in range(4)) == 7
