"""Tags and authors: no name of them loses an article."""

import pytest

from blog.content.source_labels import MAX_LABELS, SourceLabel, source_labels, usable_labels
from blog.slugs import is_slug


def test_punctuation_keeps_slugs_of_languages_apart() -> None:
    assert [label.slug for label in source_labels(["C", "C++", "C#", "Café +1"])] == [
        "c",
        "c-plus-plus",
        "c-sharp",
        "cafe-1",
    ]


def test_the_slug_of_the_source_is_kept() -> None:
    assert SourceLabel.of("C++", "c-2", "7").slug == "c-2"
    assert SourceLabel.of("🎉 Tag", "%f0%9f%8e%89-tag", "7").slug == "tag"


@pytest.mark.parametrize("name", ["🦊🦊", "🎉", "?", "♥", "\u200b!"])
def test_a_name_without_letters_gets_a_slug_from_its_id(name: str) -> None:
    assert SourceLabel.of(name, "", "5f3a").slug == "5f3a"
    slug = SourceLabel.of(name).slug
    assert is_slug(slug)
    assert slug == SourceLabel.of(name).slug


def test_too_many_terms_are_cut_with_a_warning() -> None:
    usable, reasons = usable_labels(source_labels(f"Tag {number}" for number in range(MAX_LABELS + 1)))
    assert len(usable) == MAX_LABELS
    assert reasons == ["only the first 50 of 51 are used"]


def test_a_name_that_is_too_long_is_left_out_alone() -> None:
    usable, reasons = usable_labels(source_labels(["x" * 300, "Tea"]))
    assert [label.name for label in usable] == ["Tea"]
    assert len(reasons) == 1


def test_characters_that_cannot_be_stored_are_removed_from_a_name() -> None:
    assert SourceLabel.of("Te\0a\ud800").name == "Tea"
