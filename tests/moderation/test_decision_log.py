"""The log: its filters, in its URL."""

import pytest

from blog.comments.models import Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import decision_log
from blog.moderation.decision_log import LogFilter
from blog.moderation.models import Moderator
from tests.support.clients import Visitor
from tests.support.decisions import decide_on
from tests.support.factories import make_comment
from tests.support.queries import plan, statements


def decided(article: Article, moderator: Moderator, to: Status) -> int:
    """Let ``moderator`` decide on a new comment; return its id."""
    return decide_on(make_comment(article), to, moderator).comment_id


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


def test_a_filter_that_finds_nothing_says_so(visitor: Visitor, article: Article, cleo: Moderator) -> None:
    decided(article, cleo, Status.APPROVED)
    assert "No decision matches this filter." in visitor.visit("/moderation/log?to=spam").text


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of ten rows")
def test_filters_use_indexes(article: Article, cleo: Moderator) -> None:
    decided(article, cleo, Status.SPAM)
    for wanted, index in ((LogFilter(moderator_id=cleo.id), "moderator"), (LogFilter(to=Status.SPAM), "to")):
        with statements(db.engine) as sent:
            decision_log.log_page(wanted)
        steps = plan(sent[0])
        assert any(f"ix_decision_{index}" in step for step in steps), steps
        assert "TEMP B-TREE" not in " ".join(steps)
