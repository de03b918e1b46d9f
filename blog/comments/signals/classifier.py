"""The spam classifier, whose result is the learned score: naive Bayes over tokens, trained by decisions of moderators.

It gives no score until it knows 50 comments of each kind, and it never approves anything. In shadow mode, which is the
default, it is stored and shown but weighs nothing, so that its precision is known before it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from flask_babel import gettext

from blog.comments.signals.base import HOLD, SPAM, Check, Details, Finding, Subject
from blog.comments.signals.tokens import FEATURE, LINK, TOTAL, Counts
from blog.config import LearnedScore, settings

MIN_OF_EACH = 50
MIN_SEEN = 2
"""A token that appeared in fewer comments is ignored."""
DECISIVE = 20
"""How many tokens count, the most telling first: words come in groups, so a sum over all would be too certain."""
SHOWN = 5
SUSPICIOUS, CERTAIN = 0.6, 0.97


@dataclass(frozen=True)
class Score:
    """How likely a comment is spam, and the most telling tokens for and against it."""

    probability: float
    for_spam: tuple[str, ...]
    against_spam: tuple[str, ...]


def score(tokens: list[str], known: Mapping[str, Counts]) -> Score | None:
    """The score of a comment with ``tokens``; ``None`` while too little was learned."""
    total = known.get(TOTAL, Counts())
    if min(total.spam, total.ham) < MIN_OF_EACH:
        return None
    weights = {token: _weight(known[token], total) for token in tokens if _is_known(known.get(token))}
    strongest = sorted(weights, key=lambda token: (-abs(weights[token]), token))[:DECISIVE]
    # The first term is the share of spam among all comments: where spam is rare, a text needs more to look like it.
    odds = log(total.spam / total.ham) + sum(weights[token] for token in strongest)
    # exp() raises OverflowError for numbers above 709. Beyond 30 either way, the score is certain anyway.
    return Score(
        probability=1 / (1 + exp(-max(-30.0, min(30.0, odds)))),
        for_spam=tuple(token for token in strongest if weights[token] > 0)[:SHOWN],
        against_spam=tuple(token for token in strongest if weights[token] < 0)[:SHOWN],
    )


def _is_known(counts: Counts | None) -> bool:
    return counts is not None and counts.spam + counts.ham >= MIN_SEEN


def _weight(counts: Counts, total: Counts) -> float:
    """The logarithm of how much more often a token is in spam.

    Half a comment is added, so that no token is certain. It is divided between the kinds as all comments are. Where
    spam is rare, half a comment for each kind would make rare words look like spam.
    """
    added = 0.5 / (total.spam + total.ham)
    return log(counts.spam / total.spam + added) - log(counts.ham / total.ham + added)


def _find(subject: Subject) -> Finding | None:
    mode = settings.learned_score
    found = score(subject.tokens, subject.known.token_counts) if mode != LearnedScore.OFF else None
    if found is None:
        return None
    details = {
        "score": round(found.probability, 4),
        "is_shadow": mode == LearnedScore.SHADOW,
        "for": list(found.for_spam),
        "against": list(found.against_spam),
    }
    # A low score is stored, too, with the weight 0: measure() needs the spam that the score did not find.
    return 0 if mode == LearnedScore.SHADOW else _weight_of(found.probability), details


def _weight_of(probability: float) -> int:
    if probability < SUSPICIOUS:
        return 0
    return SPAM if probability >= CERTAIN else HOLD


def _sentence(details: Details) -> str:
    percent = round(details["score"] * 100)
    text = gettext(
        "The learned score is %(percent)s percent. For spam: %(for_it)s. Against: %(against)s.",
        percent=percent,
        for_it=_named(details["for"]),
        against=_named(details["against"]),
    )
    if not details["is_shadow"]:
        return text
    shadow = gettext("It does not count yet.")
    return f"{text} {shadow}"


def _named(tokens: list[str]) -> str:
    return ", ".join(token.removeprefix(LINK).removeprefix(FEATURE) for token in tokens) or "–"


def _find_spam_domains(subject: Subject) -> Finding | None:
    counts = {
        token.removeprefix(LINK): subject.known.token_counts.get(token) for token in subject.tokens if LINK in token
    }
    # Parent domains count as well, also shared ones such as co.uk. Such a domain stops counting as soon as one approved
    # comment links to any host below it.
    seen = {domain: found.spam for domain, found in counts.items() if found and found.spam and not found.ham}
    if not seen:
        return None
    domain = max(seen, key=lambda name: (seen[name], len(name)))
    return HOLD, {"domain": domain, "count": seen[domain]}


def _spam_domain_sentence(details: Details) -> str:
    return gettext(
        "It links to %(domain)s, which was in spam before (%(count)s) and in nothing that was approved.",
        domain=details["domain"],
        count=details["count"],
    )


LEARNED_SCORE = Check("learned", _find, _sentence)
SPAM_DOMAIN = Check("spam_domain", _find_spam_domains, _spam_domain_sentence)
