"""Parses a typed search into terms, in the syntax of each database."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from blog.content.search_index import fold

MAX_QUERY = 200
MAX_TERMS = 8
MIN_PREFIX = 2
"""Number of letters that the last word needs at least to match longer words that begin with it."""

PIECE = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class SearchQuery:
    """The terms of a search; what is found has them all. A term is a tuple of words: one word or a phrase."""

    terms: tuple[tuple[str, ...], ...]
    is_open: bool
    """Whether the last word also matches longer words that begin with it."""

    @classmethod
    def read(cls, asked: str, spelling: Callable[[str], str] = fold) -> "SearchQuery":
        """Parse what was typed; every input is valid.

        :param spelling: how the index spells words. The index of articles has them folded.
        """
        terms: list[tuple[str, ...]] = []
        is_open = False
        for phrase, word in PIECE.findall(asked[:MAX_QUERY]):
            words = tuple(WORD.findall(spelling(phrase or word)))
            found = [words] if phrase and words else [(one,) for one in words]
            terms += found
            is_open = bool(found) and not phrase and len(found[-1][-1]) >= MIN_PREFIX
        # Where the last word was cut off, no other word may match longer ones in its place.
        return cls(tuple(terms[:MAX_TERMS]), is_open and len(terms) <= MAX_TERMS)

    @property
    def for_sqlite(self) -> str:
        """The query in FTS5 syntax; each term is quoted, so that nothing in it is read as an operator."""
        # WORD leaves only letters and digits, so no term can close its quotes. The star is for the last word.
        quoted = ['"' + " ".join(term) + '"' for term in self.terms]
        return " ".join(quoted) + ("*" if self.is_open else "")

    @property
    def for_postgresql(self) -> str:
        """The query in the syntax of ``to_tsquery``; each term is quoted for the same reason."""
        quoted = ["'" + " ".join(term) + "'" for term in self.terms]
        return " & ".join(quoted) + (":*" if self.is_open else "")

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the query."""
        return frozenset(word for term in self.terms for word in term)

    def is_found_in(self, word: str) -> bool:
        """Return whether ``word``, spelled as in a text, matches a word of the query."""
        folded = fold(word)
        return folded in self.words or (self.is_open and folded.startswith(self.terms[-1][-1]))
