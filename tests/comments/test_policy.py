"""Policy × signals × author: which status a comment gets."""

from itertools import product

import pytest

from blog.comments.models import Status
from blog.comments.policy import Verdict, first_status, status_after_edit, verdict
from blog.comments.signals.base import HOLD, SPAM, Signal
from blog.config import CommentPolicy

MODERATED, OPEN, CLOSED = CommentPolicy.MODERATED, CommentPolicy.OPEN, CommentPolicy.CLOSED
CLEAN, HELD, AS_SPAM = Verdict.CLEAN, Verdict.HELD, Verdict.SPAM
PENDING, APPROVED, SPAMMED = Status.PENDING, Status.APPROVED, Status.SPAM

SUBMITTED = {
    (MODERATED, CLEAN): PENDING,
    (MODERATED, HELD): PENDING,
    (MODERATED, AS_SPAM): SPAMMED,
    (OPEN, CLEAN): APPROVED,
    (OPEN, HELD): PENDING,
    (OPEN, AS_SPAM): SPAMMED,
}
EDITED = {
    (PENDING, MODERATED, CLEAN): PENDING,
    (PENDING, MODERATED, HELD): PENDING,
    (PENDING, MODERATED, AS_SPAM): PENDING,
    (PENDING, OPEN, CLEAN): PENDING,
    (PENDING, OPEN, HELD): PENDING,
    (PENDING, OPEN, AS_SPAM): PENDING,
    (APPROVED, MODERATED, CLEAN): PENDING,
    (APPROVED, MODERATED, HELD): PENDING,
    (APPROVED, MODERATED, AS_SPAM): PENDING,
    (APPROVED, OPEN, CLEAN): APPROVED,
    (APPROVED, OPEN, HELD): PENDING,
    (APPROVED, OPEN, AS_SPAM): PENDING,
    (SPAMMED, MODERATED, CLEAN): SPAMMED,
    (SPAMMED, MODERATED, HELD): SPAMMED,
    (SPAMMED, MODERATED, AS_SPAM): SPAMMED,
    (SPAMMED, OPEN, CLEAN): SPAMMED,
    (SPAMMED, OPEN, HELD): SPAMMED,
    (SPAMMED, OPEN, AS_SPAM): SPAMMED,
}


def signals(*weights: int) -> list[Signal]:
    return [Signal(f"check_{number}", weight, {}) for number, weight in enumerate(weights)]


def test_the_table_has_every_policy_that_takes_comments_with_every_verdict() -> None:
    assert set(SUBMITTED) == set(product(set(CommentPolicy) - {CLOSED}, Verdict))
    assert set(EDITED) == set(product((PENDING, APPROVED, SPAMMED), set(CommentPolicy) - {CLOSED}, Verdict))


@pytest.mark.parametrize(("policy", "found"), SUBMITTED)
def test_a_new_comment_gets_the_status_of_the_table(policy: CommentPolicy, found: Verdict) -> None:
    assert first_status(policy, found) == SUBMITTED[policy, found]


@pytest.mark.parametrize(("status", "policy", "found"), EDITED)
def test_an_edited_comment_gets_the_status_of_the_table(status: Status, policy: CommentPolicy, found: Verdict) -> None:
    assert status_after_edit(status, policy, found) == EDITED[status, policy, found]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((), CLEAN),
        ((HOLD - 1,), CLEAN),
        ((HOLD,), HELD),
        ((15, 15, 9), CLEAN),
        ((15, 15, 10), HELD),
        ((SPAM - 1, SPAM - 1), HELD),
        ((SPAM,), AS_SPAM),
        ((5, SPAM), AS_SPAM),
        ((0, 0), CLEAN),
    ],
)
def test_weak_signals_add_up_to_hold_a_comment_but_never_to_spam(weights: tuple[int, ...], expected: Verdict) -> None:
    assert verdict(signals(*weights)) is expected
