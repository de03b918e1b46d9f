"""Cache keys in headers: every cache in front must take them, and tell each from all others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.cache.header_keys import header_key


@pytest.mark.parametrize("key", ["index", "everything", "article/12", "tag/green-tea", "author/ada_byron"])
def test_most_keys_are_spelled_as_they_are(key: str) -> None:
    assert header_key(key) == key


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=250))
def test_a_word_is_plain_and_short_and_means_only_itself_in_a_regular_expression(key: str) -> None:
    spelled = header_key(key)
    assert re.fullmatch("[A-Za-z0-9/_%~-]{1,200}", spelled)
    assert [found for found in (spelled, f"{spelled}x", f"x{spelled}") if re.fullmatch(spelled, found)] == [spelled]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_different_keys_are_different_words(one: str, other: str) -> None:
    assert (header_key(one) == header_key(other)) == (one == other)


def test_long_keys_that_begin_alike_are_different_words() -> None:
    assert header_key("tag/" + "чай" * 60 + "a") != header_key("tag/" + "чай" * 60 + "b")
    assert header_key("tag/a~b") != header_key("tag/a%7Eb")
