"""The pictures of the guides: all are used, all are small, and ``make pictures`` takes all of them."""

import re

from blog.paths import PACKAGE
from tests.pictures.__main__ import FOLDER, MAX_BYTES, PICTURES

MAX_TOTAL = 500_000


def test_each_picture_is_small_and_described_in_a_guide() -> None:
    guides = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE.parent / "docs").glob("*.md"))
    shown = {name: text for text, name in re.findall(r"!\[([^]]*)\]\(pictures/([^)]+)\)", guides)}
    files = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert files.keys() == shown.keys() == {f"{picture.name}.webp" for picture in PICTURES}
    assert all(shown.values())
    assert max(files.values()) <= MAX_BYTES
    assert sum(files.values()) <= MAX_TOTAL
