"""What every cache in front has in common: it takes words, in batches, and may refuse."""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar

from blog.cdn.client import Answer, Unanswered, ask
from blog.errors import OperatorError
from blog.fetch.retries import retry_after

LATER = "It is tried again."
REACH = f"See that it runs, and that this machine reaches it. {LATER}"
WRONG = "See that BLOG_PURGE names the right one."
PATIENCE = frozenset({429, 503})


class PurgeFailed(OperatorError):
    """A cache in front did not take what it was told. ``pause`` is how long it wants to be left alone, in seconds."""

    def __init__(self, text: str, pause: float | None = None) -> None:
        super().__init__(text)
        self.pause = pause


class Front(ABC):
    """A cache in front of the blog. ``token`` is what it knows the blog by."""

    name: ClassVar[str]
    """As the operator calls it."""
    most_words: ClassVar[int]
    """In one request."""
    most_characters: ClassVar[int]
    """Of the words of one request, with one between each two."""
    mends: ClassVar[dict[int, str]]
    """What mends a refusal, by its status."""

    def __init__(self, token: str) -> None:
        self._token = token

    def forget(self, words: Collection[str]) -> None:
        """Have it forget, at once and for good, the pages that carry any of ``words``.

        :raises PurgeFailed: it did not say that it does; of many words, it may have forgotten some.
        """
        for batch in batches(sorted(words), self.most_words, self.most_characters):
            self._forget(batch)

    @abstractmethod
    def _forget(self, words: Sequence[str]) -> None:
        """Send one request."""

    def _ask(self, method: str, url: str, headers: dict[str, str], content: object = None) -> Answer:
        """The answer to one request, whose status is a good one.

        :raises PurgeFailed: there is none.
        """
        try:
            answer = ask(method, url, headers, content)
        except Unanswered as error:
            raise self._trouble(str(error), REACH) from error
        if 200 <= answer.status < 300:
            return answer
        pause = retry_after(answer.headers) if answer.status in PATIENCE else None
        mend = self.mends.get(answer.status, LATER if answer.status == 429 or answer.status >= 500 else WRONG)
        raise self._trouble(f"answered {answer.status}{self._quoted(answer)}", mend, pause)

    def _trouble(self, why: str, mend: str, pause: float | None = None) -> PurgeFailed:
        return PurgeFailed(f"{self.name} {why}. {mend}", pause)

    def _quoted(self, answer: Answer) -> str:
        """What the cache itself said of a refusal, without the token."""
        said = " ".join(self._its_words(told_json(answer)).split())
        if self._token:
            said = said.replace(self._token, "…")
        shown = "".join(c for c in said if c.isprintable())[:200].rstrip(".")
        return f" (“{shown}”)" if shown else ""

    def _its_words(self, told: Any) -> str:  # noqa: ANN401, ARG002 - whatever it sent
        """The reason in the JSON of a refusal; empty where there is none."""
        return ""


def told_json(answer: Answer) -> Any:  # noqa: ANN401 - whatever it sent
    """The JSON in ``answer``; ``None`` where it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def batches(words: Sequence[str], most: int, most_characters: int) -> Iterator[list[str]]:
    """``words`` in order, in lists of at most ``most`` with at most ``most_characters`` in all."""
    batch: list[str] = []
    characters = 0
    for word in words:
        if batch and (len(batch) == most or characters + 1 + len(word) > most_characters):
            yield batch
            batch, characters = [], 0
        batch.append(word)
        characters += 1 + len(word)
    if batch:
        yield batch
