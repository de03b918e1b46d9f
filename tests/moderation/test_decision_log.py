"""The log: filters in its URL, and the same decisions as CSV."""

import csv
import io

import pytest

from blog.comments.models import Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import decision_log
from blog.moderation.decision_log import LogFilter
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from tests.support.clients import Visitor
from tests.support.factories import make_comment
from tests.support.queries import plan, statements


def decided(article: Article, moderator: Moderator, to: Status, reason: str = "") -> int:
    """Let ``moderator`` decide on a new comment; return its id."""
    comment = make_comment(article, f"{moderator.name} {to}")
    decide(comment.id, to=to, revision=1, version=1, moderator=moderator, reason=reason)
    return comment.id


def rows(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    answer = visitor.visit(f"/moderation/log.csv{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_decisions_are_found_by_moderator_and_state(article: Article, cleo: Moderator, dan: Moderator) -> None:
    first = decided(article, cleo, Status.APPROVED)
    second = decided(article, dan, Status.SPAM)
    third = decided(article, cleo, Status.SPAM)

    def found(**wanted: object) -> list[int]:
        page = decision_log.log_page(LogFilter(**wanted))  # type: ignore[arg-type]
        return [decision.comment_id for decision in page.decisions]

    assert found() == [third, second, first]
    assert found(moderator_id=cleo.id) == [third, first]
    assert found(to=Status.SPAM) == [third, second]
    assert found(moderator_id=cleo.id, to=Status.SPAM) == [third]
    assert found(comment_id=second) == [second]


def test_the_page_keeps_its_filter(visitor: Visitor, article: Article, cleo: Moderator, dan: Moderator) -> None:
    decided(article, cleo, Status.APPROVED)
    decided(article, dan, Status.SPAM)
    page = visitor.visit(f"/moderation/log?moderator={dan.id}").text
    assert f'<option value="{dan.id}" selected>Dan</option>' in page
    assert page.count('class="log__entry"') == 1
    assert f"/moderation/log.csv?moderator={dan.id}" in page


@pytest.mark.parametrize("query", ["?moderator=x&to=nothing&comment=-1", f"?moderator={10**30}", "?moderator=٣"])
def test_invalid_filters_are_ignored(visitor: Visitor, article: Article, cleo: Moderator, query: str) -> None:
    decided(article, cleo, Status.APPROVED)
    assert 'class="log__entry"' in visitor.visit(f"/moderation/log{query}").text
    assert len(rows(visitor, query)) == 1


def test_a_filter_that_finds_nothing_says_so(visitor: Visitor, article: Article, cleo: Moderator) -> None:
    decided(article, cleo, Status.APPROVED)
    assert "No decision matches this filter." in visitor.visit("/moderation/log?to=spam").text


def test_the_file_has_all_decisions(
    visitor: Visitor, article: Article, cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision_log, "CSV_BATCH", 2)
    ids = [decided(article, cleo, Status.REJECTED, f"Reason {number}, “quoted”\nand more") for number in range(5)]
    found = rows(visitor)
    assert [row["comment"] for row in found] == [str(id_) for id_ in reversed(ids)]
    assert found[0]["reason"] == "Reason 4, “quoted”\nand more"
    assert (found[0]["moderator"], found[0]["from"], found[0]["to"]) == ("Cleo", "pending", "rejected")


def test_a_slow_download_holds_no_connection(article: Article, cleo: Moderator) -> None:
    for _ in range(2):
        decided(article, cleo, Status.SPAM)
    db.session.rollback()
    lines = decision_log.csv_lines(db.engine, LogFilter())
    assert [next(lines).split(",")[0] for _ in range(2)] == ["decision", "2"]
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(visitor: Visitor, article: Article, cleo: Moderator, start: str) -> None:
    decided(article, cleo, Status.REJECTED, f"{start}cmd|' /C calc'!A0")
    reason = rows(visitor)[0]["reason"]
    assert reason.startswith("'")


def test_without_signing_in_there_is_no_file(stranger: Visitor) -> None:
    answer = stranger.visit("/moderation/log.csv")
    assert "Sign in" in answer.text
    assert "decision,time" not in answer.text


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of ten rows")
def test_filters_use_indexes(article: Article, cleo: Moderator) -> None:
    decided(article, cleo, Status.SPAM)
    for wanted, index in ((LogFilter(moderator_id=cleo.id), "moderator"), (LogFilter(to=Status.SPAM), "to")):
        with statements(db.engine) as sent:
            decision_log.log_page(wanted)
        steps = plan(sent[0])
        assert any(f"ix_decision_{index}" in step for step in steps), steps
        assert "TEMP B-TREE" not in " ".join(steps)
