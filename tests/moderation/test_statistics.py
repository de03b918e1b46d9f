"""The statistics: what they count, what they leave out, and how they are shown."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from blog.comments.models import Comment, CommentSignal, Status
from blog.comments.signals import CHECKS
from blog.comments.signals.models import LearnedComment
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import statistics
from blog.moderation.charts import HEIGHT, bar_chart
from blog.moderation.decisions import decide, undo
from blog.moderation.models import Moderator
from blog.moderation.replies import reply
from blog.moderation.signal_titles import SIGNAL_TITLES
from tests.support.clients import Visitor
from tests.support.factories import make_comment, make_comments
from tests.support.queries import plan, statements

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def waited(article: Article, moderator: Moderator, hours: int, to: Status = Status.APPROVED) -> Comment:
    """A comment on which ``moderator`` decided ``hours`` after it was sent."""
    comment = make_comment(article, f"Waited {hours} hours.", submitted_at=utc_now() - timedelta(hours=hours))
    decide(comment.id, to=to, revision=1, version=1, moderator=moderator)
    return comment


def test_comments_are_counted_by_day_and_state(article: Article) -> None:
    with time_machine.travel(NOW, tick=False):
        for days, status in ((0, Status.PENDING), (0, Status.SPAM), (29, Status.APPROVED), (30, Status.APPROVED)):
            make_comment(article, status=status, submitted_at=NOW - timedelta(days=days))
        make_comment(article, status=Status.ERASED, submitted_at=NOW)
        figures = statistics.statistics()
    assert len(figures.days) == statistics.DAYS
    assert figures.days[-1].date == NOW.date()
    assert figures.days[-1].counts == {
        Status.APPROVED: 0, Status.PENDING: 1, Status.REJECTED: 0, Status.SPAM: 1,
    }  # fmt: skip
    assert figures.days[0].counts[Status.APPROVED] == 1
    assert figures.total == 3
    assert figures.spam_share == pytest.approx(1 / 3)


def test_waiting_times_are_measured_to_the_first_decision(article: Article, cleo: Moderator) -> None:
    with time_machine.travel(NOW, tick=False):
        comments = [waited(article, cleo, hours) for hours in range(1, 11)]
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        db.session.refresh(comments[0])
        decide(comments[0].id, to=Status.SPAM, revision=1, version=comments[0].version, moderator=cleo)
        waiting = statistics.statistics().waiting
    assert waiting is not None
    assert (waiting.median, waiting.ninetieth) == (timedelta(hours=5), timedelta(hours=9))
    assert waiting.decisions == 10


def test_replies_of_moderators_do_not_count_as_waiting_comments(article: Article, cleo: Moderator) -> None:
    comment = waited(article, cleo, 2)
    for _ in range(3):
        reply(comment.id, "Thank you.", moderator=cleo)
    waiting = statistics.statistics().waiting
    assert waiting is not None
    assert waiting.decisions == 1
    assert waiting.median >= timedelta(hours=2)


def test_a_check_is_right_if_moderators_refused_the_comment(article: Article, cleo: Moderator) -> None:
    for to in (Status.SPAM, Status.REJECTED, Status.APPROVED, Status.APPROVED):
        comment = waited(article, cleo, 1, to)
        with write_transaction(db.session()) as session:
            session.add(CommentSignal(comment_id=comment.id, name="links", weight=1, details={}))
    waiting = make_comment(article, "Nobody has decided.")
    with write_transaction(db.session()) as session:
        session.add(CommentSignal(comment_id=waiting.id, name="shouting", weight=1, details={}))
    signals = statistics.statistics().signals
    assert [(signal.name, signal.found, signal.refused, signal.precision) for signal in signals] == [
        ("links", 4, 2, 0.5)
    ]


def test_an_undone_decision_does_not_count_for_a_check(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article)
    with write_transaction(db.session()) as session:
        session.add(CommentSignal(comment_id=comment.id, name="links", weight=1, details={}))
    decision = decide(comment.id, to=Status.SPAM, revision=1, version=1, moderator=cleo)
    assert decision is not None
    undo(decision.id, moderator=cleo)
    assert statistics.statistics().signals == []


def test_the_page_has_numbers_and_a_chart(visitor: Visitor, article: Article, cleo: Moderator) -> None:
    waited(article, cleo, 3, Status.SPAM)
    page = visitor.visit("/moderation/statistics").text
    assert '<svg class="chart"' in page
    assert "chart__segment--spam" in page
    assert "3 hours" in page
    assert "100%" in page


def test_the_page_of_a_new_blog_says_that_there_is_nothing(visitor: Visitor) -> None:
    page = visitor.visit("/moderation/statistics").text
    assert "No comment came in during these days." in page
    assert "<svg" not in page


def test_the_figures_take_four_statements_by_indexes(article: Article, cleo: Moderator) -> None:
    for hours in range(1, 8):
        waited(article, cleo, hours)
    with statements(db.engine) as sent:
        statistics.statistics()
    assert len(sent) == 4
    if db.engine.dialect.name == "sqlite":
        for statement in sent:
            steps = plan(statement, "x")
            assert not [step for step in steps if step.startswith("SCAN comment")], steps


def test_bars_are_stacked_to_the_height_of_their_share(article: Article) -> None:
    for status in (Status.APPROVED, Status.APPROVED, Status.SPAM):
        make_comment(article, status=status)
    make_comment(article, submitted_at=utc_now() - timedelta(days=3))
    chart = bar_chart(statistics.statistics().days)
    assert chart.highest == 3
    today, before = chart.bars[-1], chart.bars[-4]
    assert sum(segment.height for segment in today.segments) == pytest.approx(HEIGHT, abs=0.05)
    assert [segment.status for segment in today.segments] == [Status.APPROVED, Status.SPAM]
    assert before.segments[0].height == pytest.approx(HEIGHT / 3, abs=0.05)


def test_the_page_shows_precision_and_recall_of_the_learned_score(
    visitor: Visitor, article: Article, cleo: Moderator
) -> None:
    page = visitor.visit("/moderation/statistics").text
    assert "There is too little data yet" in page
    decided = [(0.9, True), (0.8, True), (0.7, False), (0.1, True), (0.2, False)]
    ids = [comment.id for comment in make_comments(article, [{}] * len(decided))]
    with write_transaction(db.session()) as session:
        for id_, (score, is_spam) in zip(ids, decided, strict=True):
            session.add(CommentSignal(comment_id=id_, name="learned", weight=0, details={"score": score}))
            session.add(LearnedComment(comment_id=id_, decision_id=id_, is_spam=is_spam, tokens=[]))
    page = visitor.visit("/moderation/statistics").text
    assert "2 of 3 comments (precision)" in page
    assert "2 of 3 comments (recall)" in page
    assert "67%" in page
    assert "only shown (shadow mode)" in page


def test_every_check_has_a_title() -> None:
    assert {check.name for check in CHECKS} <= SIGNAL_TITLES.keys()
