"""The widths and formats of an image follow from its address."""

import pytest

from blog.markup import srcset

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
    assert srcset.ladder(width) == ladder


def test_the_name_of_an_image_tells_its_copies() -> None:
    name = srcset.name(HASH, 700, ("avif", "webp"), "jpg")
    assert name == f"{HASH}-700-avif-webp.jpg"
    assert srcset.copies(name) == {
        "avif": {560: f"{HASH}-560.avif", 700: f"{HASH}-700.avif"},
        "webp": {560: f"{HASH}-560.webp", 700: f"{HASH}-700.webp"},
    }


def test_a_picture_is_its_own_widest_copy_in_its_own_format() -> None:
    name = srcset.name(HASH, 700, ("webp",), "webp")
    assert srcset.copies(name) == {"webp": {560: f"{HASH}-560.webp", 700: name}}


def test_a_page_offers_each_format_with_all_its_widths() -> None:
    assert srcset.sources(f"/media/{HASH}-700-avif.jpg") == [
        ("image/avif", f"/media/{HASH}-560.avif 560w, /media/{HASH}-700.avif 700w")
    ]


@pytest.mark.parametrize(
    "address",
    [
        f"/media/{HASH}.jpg", f"/media/{HASH}-700.jpg", f"/media/{HASH}-700-gif.jpg", f"/media/{HASH}-avif.jpg",
        f"/media/{HASH}-700-avif-avif.jpg", f"/elsewhere/{HASH}-700-avif.jpg", "", f"/media/{HASH}-100-avif.svg",
    ],
)  # fmt: skip
def test_another_address_has_no_copies(address: str) -> None:
    assert srcset.sources(address) == []


@pytest.mark.parametrize(
    ("width", "sizes"),
    [("200", "200px"), ("1600", srcset.COLUMN), ("", srcset.COLUMN), ("50%", srcset.COLUMN), ("0", srcset.COLUMN)],
)
def test_an_image_with_a_small_width_needs_no_large_copies(width: str, sizes: str) -> None:
    assert srcset.shown_width(width) == sizes
