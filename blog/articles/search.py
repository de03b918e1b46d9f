"""Search in articles."""

import re
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from blog.articles.ranking import postgresql_ranking, sqlite_ranking
from blog.content.models import Article
from blog.content.search_index import fold
from blog.extensions import db
from blog.markup.plain import plain_text

MOST_CHARACTERS = 200
MAX_TERMS = 8
PAGE_SIZE = 10
MAX_PAGES = 50
AROUND = 110
"""Characters shown before and after the first word that was found."""
SHORTEST_BEGINNING = 2
"""Letters of what may be the beginning of a word."""

PIECE = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Query:
    """What somebody looks for: words and phrases, each a list of folded words. All have to be found."""

    terms: tuple[tuple[str, ...], ...]
    is_open: bool
    """Whether the last word may be the beginning of one."""

    @classmethod
    def read(cls, asked: str) -> "Query":
        """Whatever was typed; there is no wrong way to ask."""
        terms: list[tuple[str, ...]] = []
        is_open = False
        for phrase, word in PIECE.findall(asked[:MOST_CHARACTERS]):
            words = tuple(WORD.findall(fold(phrase or word)))
            found = [words] if phrase and words else [(one,) for one in words]
            terms += found
            is_open = bool(found) and not phrase and len(found[-1][-1]) >= SHORTEST_BEGINNING
        return cls(tuple(terms[:MAX_TERMS]), is_open and len(terms) <= MAX_TERMS)

    @property
    def for_sqlite(self) -> str:
        """In the words of FTS5: each term quoted, so that nothing in it is an operator."""
        quoted = ['"' + " ".join(term) + '"' for term in self.terms]
        return " ".join(quoted) + ("*" if self.is_open else "")

    @property
    def for_postgresql(self) -> str:
        """In the words of ``to_tsquery``."""
        joined = [" <-> ".join(term) for term in self.terms]
        return " & ".join(joined) + (":*" if self.is_open else "")

    @cached_property
    def words(self) -> frozenset[str]:
        """All words looked for, folded."""
        return frozenset(word for term in self.terms for word in term)

    def is_found_in(self, word: str) -> bool:
        """Whether ``word``, as it stands in an article, is one that is looked for."""
        folded = fold(word)
        return folded in self.words or (self.is_open and folded.startswith(self.terms[-1][-1]))


@dataclass(frozen=True)
class Result:
    """An article that was found, its title and a piece of its text with the words marked."""

    article: Article
    title: Markup
    piece: Markup


@dataclass(frozen=True)
class ResultPage:
    """Some of what was found, the best first; ``number`` counts from 1."""

    number: int
    results: list[Result]
    has_older: bool


def search(query: Query, number: int) -> ResultPage:
    """Page ``number`` of the public articles that have all terms of ``query``."""
    if not query.terms:
        return ResultPage(number, [], has_older=False)
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        found = sqlite_ranking(connection, query.for_sqlite)
    else:
        found = postgresql_ranking(query.for_postgresql)
    wanted = (
        Article.published()
        .join(found, found.c.id == Article.id)
        .order_by(found.c.rank.desc(), Article.published_at.desc(), Article.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    articles = list(db.session.scalars(wanted))
    results = [Result(a, marked(a.title, query), _piece(a, query)) for a in articles[:PAGE_SIZE]]
    return ResultPage(number, results, has_older=len(articles) > PAGE_SIZE and number < MAX_PAGES)


def marked(words: str, query: Query) -> Markup:
    """A plain text as HTML, what is looked for within ``<mark>``."""
    pieces, end = [], 0
    for word in WORD.finditer(words):
        if query.is_found_in(word[0]):
            pieces += [escape(words[end : word.start()]), Markup("<mark>{}</mark>").format(word[0])]
            end = word.end()
    return Markup("").join([*pieces, escape(words[end:])])


def _piece(article: Article, query: Query) -> Markup:
    """The part of an article where its words are first found; its excerpt where that is in the title or tags only."""
    body = plain_text(article.body_html)
    first = next((word for word in WORD.finditer(body) if query.is_found_in(word[0])), None)
    if first is None:
        return marked(article.excerpt, query)
    start, end = max(0, first.start() - AROUND), first.end() + AROUND
    begins = "" if start == 0 else "… "
    ends = "" if end >= len(body) else " …"
    inside = body[start:end]
    inside = inside.partition(" ")[2] if begins and " " in inside[:30] else inside
    inside = inside.rpartition(" ")[0] if ends and " " in inside[-30:] else inside
    return marked(f"{begins}{inside}{ends}", query)
