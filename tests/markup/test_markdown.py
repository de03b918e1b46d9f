"""Markdown as authors write it, and the HTML that readers get."""

import pytest

from blog.markup.article import clean_article
from blog.markup.markdown import render


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
    html = clean_article(render("| a | b |\n|--:|:-:|\n| 1 | 2 |"))
    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<th class="align-right">a</th>' in html
    assert '<td class="align-center">2</td>' in html


def test_footnotes_link_there_and_back() -> None:
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


def test_a_list_of_tasks_shows_what_is_done() -> None:
    html = clean_article(render("- [ ] water\n- [x] tea\n- milk [ ]"))
    assert html == (
        '<ul>\n<li class="task-list-item">☐ water</li>\n<li class="task-list-item">☑ tea</li>\n'
        "<li>milk [ ]</li>\n</ul>\n"
    )
