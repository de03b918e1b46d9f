"""Residue of a broken theme is removed where it stands alone, and reported everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup import article_sanitizer
from blog.markup.dom import write
from blog.markup.theme_residue import MAX_REPORTED, Residue, remove_from_text, remove_residue

ERROR = "Liquid error (sections/tea-template line 12): Could not find asset snippets/cups.liquid"


def cleaned(html: str) -> tuple[str, list[Residue]]:
    body = article_sanitizer.read(html)
    found = remove_residue(body)
    return write(body.children), found


@pytest.mark.parametrize(
    "residue",
    [
        ERROR,
        "Liquid error: internal",
        "Liquid syntax error (line 3): Unknown tag 'cup'",
        "Translation missing: en.blogs.article.tags",
        "translation missing: en, blogs, tags",
        "{{ article.title | escape }}",
        "{% if article.tags %}{{ tag }} {%- endif -%}",
        "<strong>Liquid error</strong> (x line 1): no <em>cup</em>",
        "Liquid error (sections/tea\n line 12): Could not\n find it",
    ],
)
@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("<p>a</p><p>", "</p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p>", "<p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a<br>", "</p>", "<p>a</p>"),
        ("<p>", "<br>b</p>", "<p>b</p>"),
        ("<p>a<br>", "<br>b</p>", "<p>a<br>b</p>"),
        ("<ul><li>a</li><li>", "</li></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li>", "</li></ul>", ""),
        ("<blockquote><p>", "</p></blockquote>", ""),
        ("<table><tbody><tr><td>", "</td><td>b</td></tr></tbody></table>",
         "<table><tbody><tr><td></td><td>b</td></tr></tbody></table>"),
    ],
)  # fmt: skip
def test_residue_alone_in_an_element_is_removed_with_the_element(
    residue: str, before: str, after: str, left: str
) -> None:
    html, found = cleaned(before + residue + after)
    assert html == left
    assert [finding.is_removed for finding in found] == [True]


@pytest.mark.parametrize(
    ("html", "reported"),
    [
        (f"<p>It says {ERROR}</p>", [ERROR]),
        ("<p>Dear {{ name }}, welcome.</p>", ["{{ name }}"]),
        ("<p>{{ a }} and {{ b }}</p>", ["{{ a }}", "{{ b }}"]),
        ("<p>Liquid error: no cup. That is what Tea said.</p>", ["Liquid error: no cup. That is what Tea said."]),
        (f"<p>Liquid error: {'tea ' * 200}</p>", ["Liquid error:" + " tea" * 25]),
        ("<p>{{ a }}<code>b</code></p>", ["{{ a }}"]),
    ],
)
def test_residue_within_a_sentence_stays_and_is_reported(html: str, reported: list[str]) -> None:
    left, found = cleaned(html)
    assert left == html
    assert [(finding.text, finding.is_removed) for finding in found] == [(text, False) for text in reported]


@pytest.mark.parametrize(
    "html",
    [
        f"<pre><code>{ERROR}\n</code></pre>",
        "<p><code>{{ x }}</code></p>",
        "<p>Translation missing: we need one.</p>",
        "<p>Liquid errors are dreadful</p><p>{ x }</p><p>{{</p><p>100 %}</p>",
        "<p></p><table><tbody><tr><td></td></tr></tbody></table>",
    ],
)
def test_code_and_prose_are_left_alone(html: str) -> None:
    assert cleaned(html) == (html, [])


def test_a_plain_text_becomes_empty_only_if_it_is_all_residue() -> None:
    assert remove_from_text(f" {ERROR} ")[0] == ""
    assert remove_from_text("{{ tag }}")[0] == ""
    text, found = remove_from_text("Tea and {{ cup }}")
    assert (text, [finding.text for finding in found]) == ("Tea and {{ cup }}", ["{{ cup }}"])
    assert remove_from_text("Tea") == ("Tea", [])


def test_the_report_on_a_document_full_of_residue_is_short() -> None:
    html, found = cleaned("<p>{{ x }}</p>" * 1_000)
    assert html == ""
    assert len(found) == MAX_REPORTED


@given(st.text("abc {}%.\n", max_size=200))
def test_text_without_residue_is_never_changed(text: str) -> None:
    html = write(article_sanitizer.read(f"<p>{text}</p><p>end</p>").children)
    left, found = cleaned(html)
    if not found:
        assert left == html
    assert left.endswith("<p>end</p>")


PIECES = [
    "<p>",
    "</p>",
    "<ul><li>",
    "</li></ul>",
    "<br>",
    "<b>",
    "</b>",
    "<code>",
    "</code>",
    "{{ x }}",
    f"{ERROR}<br>",  # text on the same line would be part of the message
    "tea",
    "<td>",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_the_words_of_the_author_are_all_kept(html: str) -> None:
    left, _ = cleaned(html)
    assert left.count("tea") >= html.replace(ERROR, "").count("tea")
    assert write(article_sanitizer.read(left).children) == left
    assert cleaned(left)[0] == left
