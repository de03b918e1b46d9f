"""The log of decisions as a CSV file."""

import csv
import io

import pytest

from blog.comments.models import Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import log_download
from blog.moderation.decision_log import LogFilter
from blog.moderation.models import Moderator
from tests.support.clients import Visitor
from tests.support.decisions import decide_on
from tests.support.factories import make_comment


def rows(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    answer = visitor.visit(f"/moderation/log.csv{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_file_has_all_decisions(
    visitor: Visitor, article: Article, cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_download, "CSV_BATCH", 2)
    comments = [make_comment(article) for _ in range(5)]
    for number, comment in enumerate(comments):
        decide_on(comment, Status.REJECTED, cleo, f"Reason {number}, “quoted”\nand more")
    found = rows(visitor)
    assert [row["comment"] for row in found] == [str(comment.id) for comment in reversed(comments)]
    assert found[0]["reason"] == "Reason 4, “quoted”\nand more"
    assert (found[0]["moderator"], found[0]["from"], found[0]["to"]) == ("Cleo", "pending", "rejected")


def test_the_file_follows_the_filter_and_ignores_an_invalid_one(
    visitor: Visitor, article: Article, cleo: Moderator, dan: Moderator
) -> None:
    decide_on(make_comment(article), Status.APPROVED, cleo)
    decide_on(make_comment(article), Status.SPAM, dan)
    assert [row["to"] for row in rows(visitor, f"?moderator={dan.id}")] == ["spam"]
    assert [row["to"] for row in rows(visitor, "?moderator=x&to=nothing&comment=-1")] == ["spam", "approved"]


def test_a_slow_download_holds_no_connection(article: Article, cleo: Moderator) -> None:
    for _ in range(2):
        decide_on(make_comment(article), Status.SPAM, cleo)
    db.session.rollback()
    lines = log_download.csv_lines(db.engine, LogFilter())
    assert [next(lines).split(",")[0] for _ in range(2)] == ["decision", "2"]
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(visitor: Visitor, article: Article, cleo: Moderator, start: str) -> None:
    decide_on(make_comment(article), Status.REJECTED, cleo, f"{start}cmd|' /C calc'!A0")
    assert rows(visitor)[0]["reason"].startswith("'")


def test_without_signing_in_there_is_no_file(stranger: Visitor) -> None:
    answer = stranger.visit("/moderation/log.csv")
    assert "Sign in" in answer.text
    assert "decision,time" not in answer.text
