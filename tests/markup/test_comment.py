"""A reader's text becomes safe HTML; refused links are reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup.comment import clean_comment
from blog.markup.comment_limits import TooComplex
from blog.markup.comment_links import is_publishable
from blog.markup.comment_sanitizer import ALLOWED
from tests.support.outline import Outline

LINK_RELATION = "nofollow ugc noopener"
MARKDOWN_SIGNS = st.text(alphabet="ab <>&\"'*_[]()`~!\\#-+.1:/\n\t|{}%\u202e\x00é", max_size=300)


def assert_safe(html: str) -> None:
    for tag, attributes in Outline(html).elements:
        assert tag in ALLOWED
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        if tag == "a" and "href" in attributes:
            assert is_publishable(attributes["href"] or "")
            assert attributes["rel"] == LINK_RELATION


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "//evil.example", "/\\\\evil.example", "../relative", "relative/x", "relative.html", "#here", "?x",
        "http:evil.example", "http:///x", "https://", "https://ada:secret@evil.example", "http://a:b:c",
        "https://a.example:99999", "mailto:", "ftp://a.example", "https://[",
    ],
)  # fmt: skip
def test_a_link_that_may_not_be_published_is_named_and_left_as_text(address: str) -> None:
    assert not is_publishable(address)
    clean = clean_comment(f"[words](<{address}>)")
    assert "words" in clean.html
    assert "<a" not in clean.html
    assert clean.refused_links


def test_a_link_loses_the_invisible_signs_that_would_disguise_it() -> None:
    assert not is_publishable("https://a.example/\u202egnp")
    clean = clean_comment("[words](<https://a.example/\u202egnp>)")
    assert 'href="https://a.example/gnp"' in clean.html
    assert clean.refused_links == ()


def test_a_link_is_refused_once_however_often_it_stands_there() -> None:
    assert clean_comment("[a](x/é) [b](x/é) [c](../y)").refused_links == ("x/é", "../y")


@pytest.mark.parametrize(
    "text",
    [
        ">" * 1_400,
        "> " * 1_400,
        "- " * 2_500,
        "1. " * 1_600,
        "*a **a " * 400,
        "[" * 1_500,
        "> > > - - - - a",
    ],
)
def test_deep_nesting_is_refused_before_anything_parses_it(text: str) -> None:
    with pytest.raises(TooComplex):
        clean_comment(text)


def test_nesting_by_indentation_is_kept_or_refused_never_dropped() -> None:
    nested = ["".join(f"{'  ' * depth}- level {depth}\n" for depth in range(levels)) for levels in range(1, 13)]
    assert all(f"level {levels}" in clean_comment(text).html for levels, text in enumerate(nested[:8]))
    with pytest.raises(TooComplex):
        clean_comment(nested[-1])


@pytest.mark.parametrize(
    "text", ["<b>" * 1_600, "&" * 5_000, "*_" * 2_500, "[" * 5_000, ">" * 5_000, "`" * 5_000, "a\n" * 2_500]
)
def test_too_many_signs_or_lines_are_refused_before_parsing(text: str) -> None:
    with pytest.raises(TooComplex):
        clean_comment(text)


@given(st.text(max_size=300) | MARKDOWN_SIGNS)
def test_whatever_is_written_is_safe(text: str) -> None:
    assert_safe(str(clean_comment(text).html))
