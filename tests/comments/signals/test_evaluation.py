"""Precision and recall of the spam classifier."""

import pytest

from blog.comments.models import Status
from blog.comments.signals.classifier import MIN_OF_EACH
from blog.comments.signals.evaluation import Measure, measure
from blog.moderation.models import Moderator
from blog.moderation.spam_training import learn_decisions
from tests.comments.signals.conftest import Send
from tests.support.decisions import decide_on
from tests.support.spam_training import train


def test_precision_and_recall_are_those_of_the_scores_when_comments_came_in(send: Send, cleo: Moderator) -> None:
    train(MIN_OF_EACH)
    cases = [
        ("Cheap casino bonus", Status.SPAM),
        ("Cheap bonus tea", Status.REJECTED),
        ("Casino cheap cheap", Status.REJECTED),
        ("Water, tea and kettle", Status.REJECTED),
        ("Kettle for tea", Status.SPAM),
    ]
    final = [Status.SPAM, Status.APPROVED, Status.SPAM, Status.APPROVED, Status.SPAM]
    for number, ((text, first), last) in enumerate(zip(cases, final, strict=True)):
        comment = send(text, email=f"r{number}@example.org")
        for status in dict.fromkeys((first, last)):
            decide_on(comment, status, cleo)
    learn_decisions()
    found = measure(500)
    assert (found.decisions, found.right, found.wrong, found.missed) == (5, 2, 1, 1)
    assert found.precision == found.recall == pytest.approx(2 / 3)
    assert measure(1).decisions == 1
    assert Measure(1, right=0, wrong=0, missed=1).precision is None
