"""Front matter written to crash the process that reads it."""

from pathlib import Path

import pytest

from blog.content.documents import InvalidDocument
from blog.sources.folder.front_matter import split
from tests.support.servers import launch

DEEP = "x: " + "[" * 30_000 + "]" * 30_000
HOSTILE = {
    "brackets": DEEP,
    "open brackets": "x: " + "[" * 60_000,
    "maps": "x: " + "{a: " * 10_000 + "1" + "}" * 10_000,
    "indented": "\n".join(" " * level + "a:" for level in range(300)),
    "digits": "title: " + "9" * 60_000,
    "hexadecimal digits": "title: 0x" + "f" * 60_000,
    "sexagesimal digits": "title: 1" + ":59" * 20_000,
    "a list of digits": "tags: [0x" + "f" * 60_000 + "]",
}


def title_of(text: str) -> str:
    return split(text)[0].text("title")


@pytest.mark.parametrize("matter", HOSTILE.values(), ids=HOSTILE)
def test_hostile_front_matter_is_rejected_with_a_reason(matter: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        title_of(f"---\n{matter}\n---\n\nText.\n")
    assert len(str(caught.value)) < 500


def test_deep_front_matter_does_not_end_the_process_that_checks_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a-deep.md").write_text(f"---\n{DEEP}\n---\n\nText.\n", encoding="utf-8")
    (tmp_path / "b-fine.md").write_text("# Fine\n\nText.\n", encoding="utf-8")
    checked = launch(tmp_path / "blog", "source", "check", BLOG_SOURCE=f"folder:{tmp_path}")
    assert checked.wait(120) >= 0, "a signal ended it"
    assert "more than 20 levels" in (tmp_path / "blog" / "output").read_text(encoding="utf-8")
