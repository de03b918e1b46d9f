"""Pages offer an image in all its widths and formats."""

import pytest

from blog.markup import srcset

HASH = "0123456789abcdef" * 2


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
