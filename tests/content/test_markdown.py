"""Markdown as authors write it, and the HTML that readers get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.content.markdown import render
from blog.markup.article import is_own_id
from tests.outline import Outline


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Water *first*, ~~milk~~ **then**", "<p>Water <em>first</em>, <s>milk</s> <strong>then</strong></p>\n"),
        ("\"Quotes\" -- and ... stay", "<p>&quot;Quotes&quot; -- and ... stay</p>\n"),
        ("Some <b>raw</b> HTML", "<p>Some <b>raw</b> HTML</p>\n"),
        ("```\nx < 1\n```", '<pre class="highlight"><code>x &lt; 1\n</code></pre>\n'),
        ("```nosuch\nx < 1\n```", '<pre class="highlight"><code class="language-nosuch">x &lt; 1\n</code></pre>\n'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert render(text) == html


def test_code_in_a_known_language_is_highlighted_by_classes() -> None:
    html = render('```python title="x"\ndef brew():\n    return "<tea>"\n```')
    assert html.startswith('<pre class="highlight"><code class="language-python"><span class="k">def</span>')
    assert "&lt;tea&gt;" in html
    assert "style" not in html


def test_code_of_enormous_length_is_shown_plainly() -> None:
    assert "<span" not in render("```python\n" + "x = 1\n" * 20_000 + "```")


def test_a_table_scrolls_by_itself_and_aligns_by_class() -> None:
    html = render("| a | b |\n|--:|:-:|\n| 1 | 2 |")
    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<th class="align-right">a</th>' in html
    assert '<td class="align-center">2</td>' in html


def test_footnotes_lead_there_and_back() -> None:
    html = render("Tea[^why].\n\n[^why]: Because.")
    assert '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>' in html
    assert '<li id="fn1" class="footnote-item">' in html
    assert '<a href="#fnref1" class="footnote-backref">' in html


def test_an_image_alone_in_its_paragraph_is_a_figure_with_its_title_as_caption() -> None:
    assert render('![A cup](cup.png "My <cup>")') == (
        '<figure><img src="cup.png" alt="A cup" /><figcaption>My &lt;cup&gt;</figcaption></figure>\n'
    )
    assert render("![A cup](cup.png)") == '<figure><img src="cup.png" alt="A cup" /></figure>\n'
    assert render('See ![a cup](cup.png "My cup")').startswith("<p>See <img")


def ids(text: str) -> list[str]:
    return [id_ for _, attributes in Outline(render(text)).elements if (id_ := attributes.get("id"))]


def test_headings_have_an_id_of_their_words() -> None:
    assert ids("## Café *culture* & `code`\n\n## ☕\n\n## ☕") == ["cafe-culture-code", "section", "section-2"]


def test_a_heading_takes_no_id_that_the_page_or_a_footnote_has() -> None:
    text = "## Comments\n\n## Comments\n\n## Fn1\n\n## Name\n\nTea[^1].\n\n[^1]: Note."
    assert ids(text)[:4] == ["section-comments", "section-comments-2", "section-fn1", "section-name"]
    assert "fn1" in ids(text)


@given(st.lists(st.sampled_from(["a", "a 2", "a-2", "main", "comments", "section", "fn1", "☕", "section main"])))
def test_ids_of_headings_are_unique(headings: list[str]) -> None:
    found = ids("\n\n".join(f"## {heading}" for heading in headings))
    assert len(found) == len(set(found)) == len(headings)
    assert not any(is_own_id(id_) for id_ in found)
