"""Policy × signals × author: the status that a comment gets."""

from itertools import product

import pytest

from blog.comments.models import Status
from blog.comments.policy import Verdict, first_status, status_after_edit, verdict
from blog.comments.signals.base import HOLD, SPAM, Signal
from blog.config import CommentPolicy

MODERATED, FIRST, OPEN, CLOSED = CommentPolicy.MODERATED, CommentPolicy.FIRST, CommentPolicy.OPEN, CommentPolicy.CLOSED
CLEAN, HELD, AS_SPAM = Verdict.CLEAN, Verdict.HELD, Verdict.SPAM
PENDING, APPROVED, SPAMMED = Status.PENDING, Status.APPROVED, Status.SPAM
UNKNOWN, TRUSTED = False, True

SUBMITTED = {
    (MODERATED, UNKNOWN): (PENDING, PENDING, SPAMMED),
    (MODERATED, TRUSTED): (PENDING, PENDING, SPAMMED),
    (FIRST, UNKNOWN): (PENDING, PENDING, SPAMMED),
    (FIRST, TRUSTED): (APPROVED, PENDING, SPAMMED),
    (OPEN, UNKNOWN): (APPROVED, PENDING, SPAMMED),
    (OPEN, TRUSTED): (APPROVED, PENDING, SPAMMED),
}
"""By policy and author: the status of a new comment that is clean, held, or spam."""
EDITED_PUBLIC = {
    (MODERATED, UNKNOWN): (PENDING, PENDING, PENDING),
    (MODERATED, TRUSTED): (PENDING, PENDING, PENDING),
    (FIRST, UNKNOWN): (PENDING, PENDING, PENDING),
    (FIRST, TRUSTED): (APPROVED, PENDING, PENDING),
    (OPEN, UNKNOWN): (APPROVED, PENDING, PENDING),
    (OPEN, TRUSTED): (APPROVED, PENDING, PENDING),
}
"""The same for an approved comment that its author has edited. All others keep their status."""
EVERYBODY = list(product((MODERATED, FIRST, OPEN), (UNKNOWN, TRUSTED)))


def signals(*weights: int) -> list[Signal]:
    return [Signal(f"check_{number}", weight, {}) for number, weight in enumerate(weights)]


def test_the_tables_cover_every_open_policy_and_every_author() -> None:
    assert set(SUBMITTED) == set(EDITED_PUBLIC) == set(product(set(CommentPolicy) - {CLOSED}, (UNKNOWN, TRUSTED)))


@pytest.mark.parametrize(("policy", "is_trusted"), EVERYBODY)
def test_a_new_comment_gets_the_status_of_the_table(policy: CommentPolicy, is_trusted: bool) -> None:
    statuses = tuple(first_status(policy, found, is_trusted=is_trusted) for found in (CLEAN, HELD, AS_SPAM))
    assert statuses == SUBMITTED[policy, is_trusted]


@pytest.mark.parametrize(("policy", "is_trusted"), EVERYBODY)
def test_an_edited_comment_gets_the_status_of_the_table(policy: CommentPolicy, is_trusted: bool) -> None:
    for status, expected in (
        (APPROVED, EDITED_PUBLIC[policy, is_trusted]),
        (PENDING, (PENDING, PENDING, PENDING)),
        (SPAMMED, (SPAMMED, SPAMMED, SPAMMED)),
    ):
        edited = [status_after_edit(status, policy, found, is_trusted=is_trusted) for found in (CLEAN, HELD, AS_SPAM)]
        assert tuple(edited) == expected, status


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
