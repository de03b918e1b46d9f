"""The spam classifier: when it gives a score, when the score counts, and how well it recognises spam."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from flask import Flask

from blog.comments import signals
from blog.comments.models import Comment, Status
from blog.comments.signals.classifier import MIN_OF_EACH, score
from blog.comments.signals.models import TokenStat
from blog.comments.signals.text import text_of
from blog.comments.signals.tokens import TOTAL, Counts, read_counts, tokens_of
from blog.comments.signals.training import Lesson, learn
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.models import Moderator
from blog.moderation.spam_training import learn_decisions
from tests.comments.signals.conftest import Send
from tests.support.decisions import decide_on
from tests.support.factories import make_comment, make_comments
from tests.support.spam_training import train


def learned(comment: Comment) -> tuple[int, dict[str, object]] | None:
    return next(((s.weight, s.details) for s in comment.signals if s.name == "learned"), None)


@pytest.mark.parametrize(("number", "speaks"), [(MIN_OF_EACH - 1, False), (MIN_OF_EACH, True)])
def test_there_is_no_score_until_enough_is_learned(send: Send, number: int, speaks: bool) -> None:
    train(number)
    assert (learned(send("Cheap casino bonus")) is not None) is speaks


@pytest.mark.parametrize(
    ("mode", "text", "status", "weight"),
    [
        ("shadow", "Cheap casino bonus", Status.APPROVED, 0),
        ("on", "Cheap casino bonus", Status.SPAM, 100),
        ("on", "Cheap water", Status.APPROVED, 0),
        ("on", "Water for the tea kettle", Status.APPROVED, 0),
        ("off", "Cheap casino bonus", Status.APPROVED, None),
    ],
)
def test_the_score_counts_only_if_the_operator_turned_it_on(
    app: Flask, send: Send, mode: str, text: str, status: Status, weight: int | None
) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], learned_score=mode)
    train(MIN_OF_EACH)
    comment = send(text)
    found = learned(comment)
    assert (comment.status, found[0] if found else None) == (status, weight)


def test_a_text_without_spaces_has_a_score(app: Flask, send: Send, article: Article, cleo: Moderator) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], learned_score="on")
    with write_transaction(db.session()) as session:
        session.add(TokenStat(token=TOTAL, spam=MIN_OF_EACH, ham=MIN_OF_EACH))
    for number in range(3):
        decide_on(make_comment(article, f"在线赌场大奖 {number}"), Status.SPAM, cleo)
        decide_on(make_comment(article, f"好茶需要好水 {number}"), Status.APPROVED, cleo)
    learn_decisions()
    found = [learned(send(text)) for text in ("这里有好茶和好水", "这个赌场有大奖")]
    assert [weight for weight, _ in filter(None, found)] == [0, 100]


def test_a_middling_score_holds_a_comment(app: Flask, send: Send) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], learned_score="on")
    train(MIN_OF_EACH)
    with write_transaction(db.session()) as session:
        session.add(TokenStat(token="bargain", spam=30, ham=10))
    assert send("A bargain").status == Status.PENDING


def test_no_score_approves(app: Flask, send: Send) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], learned_score="on", comments="moderated")
    train(MIN_OF_EACH)
    assert send("Water for the tea kettle").status == Status.PENDING


def test_the_sentence_names_the_words_that_counted(send: Send) -> None:
    train(MIN_OF_EACH)
    comment = send("Cheap casino bonus water")
    sentence = next(signals.sentence(signal) for signal in comment.signals if signal.name == "learned")
    assert "For spam: bonus, casino, cheap. Against: water." in sentence
    assert sentence.endswith("It does not count yet.")


def test_a_domain_that_was_only_in_spam_holds_a_comment(send: Send, article: Article, cleo: Moderator) -> None:
    link = '<p><a href="https://casino.example/a">x</a></p>'
    decide_on(make_comment(article, "x", body_html=link, email="cid@example.org"), Status.SPAM, cleo)
    learn_decisions()
    comment = send("See https://www.casino.example/b")
    sentence = "It links to casino.example, which was in spam before (1) and in nothing that was approved."
    assert sentence in [signals.sentence(signal) for signal in comment.signals]
    assert comment.status == Status.PENDING
    decide_on(make_comment(article, "y", body_html=link), Status.APPROVED, cleo)
    learn_decisions()
    assert send("Look: https://www.casino.example/b").status == Status.APPROVED


class Writers:
    """Texts whose kind does not depend on single words.

    Both kinds write about the same twelve topics, only not as often about each; half of the words are everybody's. So
    a label decides on the mixture of topics alone, and no word belongs to a label.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - texts, no secrets
        self.topics = [[self._word() for _ in range(80)] for _ in range(12)]
        self.common = [self._word() for _ in range(150)]

    def _word(self) -> str:
        syllables = ("ka", "lo", "mi", "ru", "ten", "sa", "vor", "pe", "nil", "dag", "hu", "bri")
        return "".join(self.random.choice(syllables) for _ in range(self.random.randint(2, 4)))

    def text(self, *, is_spam: bool) -> str:
        weights = [8, 7, 6, 5, 2, 2, 1, 1, 1, 1, 1, 1]
        topics = self.random.choices(self.topics, weights if is_spam else weights[::-1], k=3)
        words = [
            self._pick(self.common if self.random.random() < 0.5 else self.random.choice(topics)) for _ in range(40)
        ]
        return " ".join(words)

    def _pick(self, words: list[str]) -> str:
        return words[min(int(self.random.expovariate(0.05)), len(words) - 1)]


def samples(writers: Writers, number: int) -> Iterator[tuple[bool, list[str]]]:
    for place in range(number):
        is_spam = place % 2 == 0
        yield is_spam, tokens_of(text_of(f"<p>{writers.text(is_spam=is_spam)}</p>"), "")


def test_the_score_separates_texts_that_share_all_words(article: Article) -> None:
    writers = Writers(seed=7)
    ids = [comment.id for comment in make_comments(article, [{"body": str(number)} for number in range(240)])]
    with write_transaction(db.session()) as session:
        for number, (is_spam, tokens) in enumerate(samples(writers, 240)):
            assert learn(session, Lesson(ids[number], number + 1, is_spam, tokens))
    right = wrong = missed = 0
    for is_spam, tokens in samples(writers, 200):
        found = score(tokens, read_counts(tokens))
        assert found is not None
        says_spam = found.probability >= 0.6
        right, wrong = right + (is_spam and says_spam), wrong + (says_spam and not is_spam)
        missed += is_spam and not says_spam
    assert right / (right + wrong) > 0.85, (right, wrong, missed)
    assert right / (right + missed) > 0.8, (right, wrong, missed)


def test_a_score_is_always_a_probability() -> None:
    known = {TOTAL: Counts(10**6, 10**6)} | {f"w{number}": Counts(10**6, 0) for number in range(100)}
    found = score(list(known)[1:], known)
    assert found is not None
    assert 0.999 < found.probability <= 1
    assert score([], known) is not None
    assert score(["new"], {}) is None
