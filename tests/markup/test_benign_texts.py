"""Ordinary texts are shown as they were meant."""

from html.parser import HTMLParser

import pytest

from blog.markup.comment import clean_comment
from tests.markup.benign_texts import LINKED, MARKED, PLAIN
from tests.support.outline import Outline


class Shown(HTMLParser):
    """The text of HTML, as a reader sees it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - HTMLParser's
        self.parts.append("\n" if tag == "br" else "")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def shown(html: str) -> list[str]:
    return "".join(Shown(html).parts).split()


def test_there_are_enough_texts() -> None:
    texts = [*PLAIN, *(text for text, _ in LINKED), *(text for text, _ in MARKED)]
    assert len(set(texts)) == len(texts) >= 257


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_shown_as_typed(text: str) -> None:
    clean = clean_comment(text)
    assert not clean.refused_links
    assert not clean.is_blank
    assert shown(clean.html) == text.split()
    assert {tag for tag, _ in Outline(clean.html).elements} <= {"p", "br"}


@pytest.mark.parametrize(("text", "addresses"), LINKED)
def test_bare_addresses_become_links_and_nothing_else_changes(text: str, addresses: list[str]) -> None:
    clean = clean_comment(text)
    assert not clean.refused_links
    assert shown(clean.html) == text.split()
    assert [attributes["href"] for tag, attributes in Outline(clean.html).elements if tag == "a"] == addresses


@pytest.mark.parametrize(("text", "html"), MARKED)
def test_markdown_is_understood_as_people_use_it(text: str, html: str) -> None:
    clean = clean_comment(text)
    assert not clean.refused_links
    assert str(clean.html) == html
