"""Cache keys in headers: every CDN must accept them, and distinguish each from all others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.cache.header_keys import header_key


@pytest.mark.parametrize("key", ["index", "everything", "article/12", "tag/green-tea", "author/ada_byron"])
def test_most_keys_are_sent_unchanged(key: str) -> None:
    assert header_key(key) == key


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=250))
def test_a_header_key_is_short_and_safe_in_a_regular_expression(key: str) -> None:
    spelled = header_key(key)
    assert re.fullmatch("[A-Za-z0-9/_%~-]{1,200}", spelled)
    assert [found for found in (spelled, f"{spelled}x", f"x{spelled}") if re.fullmatch(spelled, found)] == [spelled]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_different_keys_have_different_header_keys(one: str, other: str) -> None:
    assert (header_key(one) == header_key(other)) == (one == other)


def test_long_keys_with_the_same_start_have_different_header_keys() -> None:
    assert header_key("tag/" + "чай" * 60 + "a") != header_key("tag/" + "чай" * 60 + "b")
    assert header_key("tag/a~b") != header_key("tag/a%7Eb")
