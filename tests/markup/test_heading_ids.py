"""Headings get ids that nothing else on the page has."""

from hypothesis import given
from hypothesis import strategies as st

from blog.markup.article_sanitizer import is_usable_id
from blog.markup.heading_ids import add_heading_ids
from blog.markup.markdown import render
from tests.support.markup import after
from tests.support.outline import Outline


def ids(text: str) -> list[str]:
    outline = Outline(after(add_heading_ids, render(text)))
    return [id_ for _, attributes in outline.elements if (id_ := attributes.get("id"))]


def test_headings_have_an_id_made_from_their_words() -> None:
    assert ids("## Café *culture* & `code`\n\n## ☕\n\n## ☕") == ["cafe-culture-code", "section", "section-2"]


def test_a_heading_gets_no_id_that_the_page_or_a_footnote_uses() -> None:
    text = "## Comments\n\n## Comments\n\n## Fn1\n\n## Name\n\nTea[^1].\n\n[^1]: Note."
    assert ids(text)[:4] == ["section-comments", "section-comments-2", "section-fn1", "section-name"]
    assert "fn1" in ids(text)


@given(st.lists(st.sampled_from(["a", "a 2", "a-2", "main", "comments", "section", "fn1", "☕", "section main"])))
def test_ids_of_headings_are_unique(headings: list[str]) -> None:
    found = ids("\n\n".join(f"## {heading}" for heading in headings))
    assert len(found) == len(set(found)) == len(headings)
    assert all(is_usable_id(id_) for id_ in found)


def test_an_id_that_the_author_gave_stays() -> None:
    html = after(add_heading_ids, '<h2 id="tea">Water</h2><h2>Tea</h2><h3>Two<br>lines &amp; more</h3>')
    assert html == '<h2 id="tea">Water</h2><h2 id="tea-2">Tea</h2><h3 id="two-lines-more">Two<br>lines &amp; more</h3>'
