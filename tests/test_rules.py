"""When the rules make different HTML from the same text, their version must rise, so that stored HTML is updated."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from blog.content.documents import Document
from blog.markup import markdown
from blog.markup.comment import CLEANER_VERSION, clean_comment
from blog.markup.comment_limits import TooComplex
from blog.sources.base import SourceItem
from blog.sources.folder.source import FolderSource
from blog.sync.prepare import RULES_VERSION, prepare
from tests.attack.payloads import PAYLOADS
from tests.markup.benign_texts import LINKED, MARKED, PLAIN

RECORDED = Path(__file__).parent / "recorded"
DAY = datetime(2026, 3, 1, tzinfo=UTC)
BODY_FIELDS = ("html", "rendered")
"""The fields in which Ghost and WordPress have the HTML of a post."""

MARKDOWN = """\
# On Tea

Water *first*, then **leaves**; ~~milk~~. See https://example.org/a_(b) and [the pot](https://example.org/pot "Pot").

## Two ways

1. Boil.
2. Pour:
   - slowly,
   - all at once.

- [ ] warm the pot
- [x] find the pot

> Said Ada: “Hot.”
> > And Bea: 'Hotter.'

| leaf  | °C |
| :---- | -: |
| green | 80 |

```python
def brew(leaves: int = 2) -> str:
    return f"{leaves} < 3"  # never more
```

    indented & plain

Formula $E = mc^2$, a note[^1], a line\\
broken, an entity &amp; a <span class="x" onclick="x()">span</span>, a break --- and an image:

![A cup](https://elsewhere.example/cup.png "Cup")

***

<div align="center"><script>x()</script><iframe src="https://www.youtube.com/embed/abc"></iframe></div>

Liquid error (snippets/tags line 2): Could not find asset snippets/tags-article.liquid

{{ article.title }} [caption id="a"]<img src="b.png"> Words[/caption] [gallery ids="1,2"]

[^1]: With a *word*.
"""


class Rules(NamedTuple):
    """A version of the rules, with digests of sample texts and of their results."""

    version: int
    texts: str
    results: str


COMMENT_RULES = Rules(2, "40b7097ce918b5be", "a9fcba34b66af942")
ARTICLE_RULES = Rules(12, "39d403debebc064a", "c211c46320903434")


def digest(texts: Iterable[str]) -> str:
    return sha256(json.dumps(list(texts)).encode()).hexdigest()[:16]


def assert_versioned(name: str, recorded: Rules, present: Rules) -> None:
    """Fail with a hint if results have changed without a new version, or a version is not recorded."""
    record = f"then put {tuple(present)} into {Path(__file__).name}."
    if present.version != recorded.version:
        pytest.fail(f"{name} is {present.version} now: {record}")
    if present.texts != recorded.texts:
        pytest.fail(f"The texts of this test have changed. See that it passes with the former texts first; {record}")
    if present.results != recorded.results:
        pytest.fail(
            f"The same texts become other HTML now, so what is stored must be made anew: raise {name} by one, {record}"
        )


def test_comments_have_a_new_version_when_their_rules_change() -> None:
    texts = [*PLAIN, *(text for text, _ in LINKED), *(text for text, _ in MARKED), *PAYLOADS]
    present = Rules(CLEANER_VERSION, digest(texts), digest(map(comment_result, texts)))
    assert_versioned("CLEANER_VERSION of blog/markup/comment.py", COMMENT_RULES, present)


def comment_result(text: str) -> str:
    try:
        clean = clean_comment(text)
    except TooComplex as error:
        return type(error).__name__
    return f"{clean.html} {clean.refused_links} {clean.is_blank}"


@pytest.mark.usefixtures("app")
@pytest.mark.only_on("sqlite", reason="nothing is stored")
def test_articles_have_a_new_version_when_their_rules_change(source: FolderSource) -> None:
    texts = [*dict.fromkeys(recorded_bodies()), MARKDOWN]
    bodies = [*texts[:-1], markdown.render(MARKDOWN)]
    results = [article_result(body, source) for body in bodies]
    assert len(results) > 20
    present = Rules(RULES_VERSION, digest(texts), digest(results))
    assert_versioned("RULES_VERSION of blog/sync/prepare.py", ARTICLE_RULES, present)


def article_result(body: str, source: FolderSource) -> str:
    document = Document(source_id="x", slug="x", title="X", body=body, published_at=DAY, updated_at=DAY)
    prepared = prepare(SourceItem("x", "1", lambda: document), source)
    return f"{prepared.document.body} {prepared.document.excerpt} {prepared.word_count}"


def recorded_bodies() -> Iterator[str]:
    """The HTML of all recorded posts of Ghost and WordPress."""
    for path in sorted(RECORDED.glob("*/*.json")):
        yield from bodies_in(json.loads(path.read_text(encoding="utf-8")))


def bodies_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for name in BODY_FIELDS if isinstance(text := value.get(name), str) and "<" in text)
        for part in value.values():
            yield from bodies_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from bodies_in(part)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        try:
            yield from bodies_in(json.loads(value))
        except ValueError:
            return
