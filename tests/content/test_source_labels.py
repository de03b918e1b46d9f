"""Tags and authors: no name of them loses an article."""

import pytest

from blog.content.source_labels import MAX_TERMS, Term, terms, usable_terms
from blog.slugs import is_slug


def test_punctuation_keeps_slugs_of_languages_apart() -> None:
    assert [term.slug for term in terms(["C", "C++", "C#", "Café +1"])] == ["c", "c-plus-plus", "c-sharp", "cafe-1"]


def test_the_slug_of_the_source_is_kept() -> None:
    assert Term.of("C++", "c-2", "7").slug == "c-2"
    assert Term.of("🎉 Tag", "%f0%9f%8e%89-tag", "7").slug == "tag"


@pytest.mark.parametrize("name", ["🦊🦊", "🎉", "?", "♥", "\u200b!"])
def test_a_name_without_letters_gets_a_slug_from_its_id(name: str) -> None:
    assert Term.of(name, "", "5f3a").slug == "5f3a"
    slug = Term.of(name).slug
    assert is_slug(slug)
    assert slug == Term.of(name).slug


def test_too_many_terms_are_cut_with_a_warning() -> None:
    usable, reasons = usable_terms(terms(f"Tag {number}" for number in range(MAX_TERMS + 1)))
    assert len(usable) == MAX_TERMS
    assert reasons == ["only the first 50 of 51 are used"]


def test_a_name_that_is_too_long_is_left_out_alone() -> None:
    usable, reasons = usable_terms(terms(["x" * 300, "Tea"]))
    assert [term.name for term in usable] == ["Tea"]
    assert len(reasons) == 1


def test_characters_that_cannot_be_stored_are_removed_from_a_name() -> None:
    assert Term.of("Te\0a\ud800").name == "Tea"
