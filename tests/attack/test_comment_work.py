"""No accepted comment takes long to clean. Work is counted in calls, so that a busy machine does not matter."""

import random

import pytest

from blog.markup import comment
from tests.attack.comment_work import climb, fill, is_allowed, work

MAX_WORK = 400_000
"""The limit in calls: 50 ms on one core of a machine with 8 million calls a second, without the profiler."""

ONCE_SLOW = {
    "lazy lines of nested quotes": ">>>>>>>>>>>\nhttps://a.b\nhttps://a.b\n",
    "fences in quotes": "> ```\na\n",
    "nested empty lists": "- - </",
    "marks that decompose": "\u0f73",
    "lists": "- - - a\n",
    "links": "https://a.b ",
    "brackets that nothing closes": "![:> -a- a\n",
}


@pytest.mark.parametrize("unit", ONCE_SLOW.values(), ids=ONCE_SLOW)
def test_texts_that_once_were_slow_are_refused_or_fast(unit: str) -> None:
    assert work((unit * 5_000)[:5_000]) < MAX_WORK
    assert work(fill(unit)) < MAX_WORK


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_search_finds_no_text_that_is_too_much_work(seed: int) -> None:
    calls, text = climb(random.Random(seed), 15, work)  # noqa: S311 - no secret
    assert is_allowed(text)
    assert calls < MAX_WORK, f"{calls} calls: {text[:200]!r}"


def test_the_counted_work_includes_what_the_limits_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment, "check_limits", len)
    assert work((ONCE_SLOW["lazy lines of nested quotes"] * 200)[:3_000]) > 4 * MAX_WORK
