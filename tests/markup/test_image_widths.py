"""The widths and formats of an image follow from its address."""

import pytest

from blog.markup import image_widths

HASH = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("width", "ladder"),
    [
        (1, ()),
        (319, ()),
        (320, (320,)),
        (560, (560,)),
        (690, (690,)),
        (700, (560, 700)),
        (1300, (560, 800, 1300)),
        (1600, (560, 800, 1100, 1600)),
        (8000, (560, 800, 1100, 1600)),
    ],
)
def test_copies_are_smaller_than_the_picture_and_differ_enough(width: int, ladder: tuple[int, ...]) -> None:
    assert image_widths.ladder(width) == ladder


def test_the_name_of_an_image_tells_its_copies() -> None:
    name = image_widths.name(HASH, 700, ("avif", "webp"), "jpg")
    assert name == f"{HASH}-700-avif-webp.jpg"
    assert image_widths.copies(name) == {
        "avif": {560: f"{HASH}-560.avif", 700: f"{HASH}-700.avif"},
        "webp": {560: f"{HASH}-560.webp", 700: f"{HASH}-700.webp"},
    }


def test_a_picture_is_its_own_widest_copy_in_its_own_format() -> None:
    name = image_widths.name(HASH, 700, ("webp",), "webp")
    assert image_widths.copies(name) == {"webp": {560: f"{HASH}-560.webp", 700: name}}
