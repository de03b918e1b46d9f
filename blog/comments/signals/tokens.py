"""The tokens of a comment, from which its score is learned, and their counts in earlier decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from sqlalchemy import Select, bindparam, select

from blog.comments.signals.models import TokenStat
from blog.comments.signals.rule_matching import with_parents
from blog.comments.signals.text import Text, domain_of, is_unspaced
from blog.extensions import db

MAX_TOKENS = 400
WORD_LENGTHS = range(2, 31)
# No word contains a colon, so no text can imitate these tokens.
LINK = "link:"
FEATURE = "is:"
TOTAL = ""
"""The token that counts the comments themselves."""
FEW_WORDS, MANY_WORDS = 8, 80


@dataclass(frozen=True)
class Counts:
    """How many spam comments, and how many approved ones, contain a token."""

    spam: int = 0
    ham: int = 0


def tokens_of(text: Text, website: str) -> list[str]:
    """The words, the domains and a few features of a comment, sorted and without repetitions."""
    hosts = {*text.domains, domain_of(website)}
    # A host name can have 253 characters, but the column of tokens holds 120.
    links = [LINK + part[:100] for host in hosts for part in with_parents(host)]
    # Features and links come before the words, so that a long text cannot push them out.
    return sorted(dict.fromkeys([*_features(text, website), *sorted(links), *_words(text.words)][:MAX_TOKENS]))


def _words(words: Sequence[str]) -> Iterator[str]:
    """Yield the words that are neither short nor long, and each pair of characters of a text without spaces."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if len(word) in WORD_LENGTHS:
            yield word
        # One such character says little: most Chinese words have two.
        elif is_unspaced(word) and is_unspaced(following):
            yield word + following


def _features(text: Text, website: str) -> list[str]:
    features = [f"links {min(len(text.domains), 3)}"]
    if website:
        features.append("website")
    if len(text.words) < FEW_WORDS:
        features.append("short")
    elif len(text.words) > MANY_WORDS:
        features.append("long")
    return [FEATURE + feature for feature in features]


def read_counts(tokens: list[str]) -> dict[str, Counts]:
    """The counts of ``tokens`` and of all comments, read in one statement."""
    rows = db.session.execute(_statement(), {"tokens": [TOTAL, *tokens]})
    return {token: Counts(spam, ham) for token, spam, ham in rows}


@cache
def _statement() -> Select[str, int, int]:
    # Selects from the table, because selecting the class would double the time of such a small statement.
    stat = TokenStat.__table__.c
    return select(stat.token, stat.spam, stat.ham).where(stat.token.in_(bindparam("tokens", expanding=True)))
