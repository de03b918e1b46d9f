"""How well the learned score recognises real spam: it learns from a public collection and judges the rest of it."""

from html import escape

import pytest

from blog.comments.signals.classifier import CERTAIN, SUSPICIOUS, score
from blog.comments.signals.evaluation import Measure
from blog.comments.signals.text import text_of
from blog.comments.signals.tokens import TOTAL, Counts, tokens_of
from tests.support.spam_corpus import Message, messages

LEARNED = (500, 2_000)
"""What a blog has decided after some weeks, and after a year."""


def tokens(message: Message) -> list[str]:
    return tokens_of(text_of(f"<p>{escape(message.text)}</p>"), "")


def measured(learned: int, threshold: float) -> Measure:
    """Learn from the first messages and judge all others."""
    spam: dict[str, int] = {}
    ham: dict[str, int] = {}
    for message in messages()[:learned]:
        kind = spam if message.is_spam else ham
        for token in (TOTAL, *tokens(message)):
            kind[token] = kind.get(token, 0) + 1
    known = {token: Counts(spam.get(token, 0), ham.get(token, 0)) for token in spam.keys() | ham.keys()}
    pairs = []
    for message in messages()[learned:]:
        found = score(tokens(message), known)
        assert found is not None
        pairs.append((message.is_spam, found.probability >= threshold))
    return Measure(
        len(pairs), right=pairs.count((True, True)), wrong=pairs.count((False, True)), missed=pairs.count((True, False))
    )


@pytest.mark.parametrize(
    ("learned", "threshold", "precision", "recall"),
    [
        (LEARNED[0], SUSPICIOUS, 0.80, 0.88),
        (LEARNED[1], SUSPICIOUS, 0.85, 0.90),
        (LEARNED[0], CERTAIN, 0.95, 0.84),
        (LEARNED[1], CERTAIN, 0.96, 0.89),
    ],
)
def test_the_score_recognises_real_spam(learned: int, threshold: float, precision: float, recall: float) -> None:
    found = measured(learned, threshold)
    assert found.decisions > 2_000
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision >= precision, found
    assert found.recall >= recall, found


def test_a_word_that_is_only_in_approved_comments_never_counts_as_spam() -> None:
    for counts in (Counts(0, 2), Counts(0, 3), Counts(0, 40)):
        found = score(["kettle"], {TOTAL: Counts(spam=50, ham=5_000), "kettle": counts})
        assert found is not None
        assert (found.for_spam, found.against_spam) == ((), ("kettle",))
