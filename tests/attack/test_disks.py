"""With a full or read-only disk, the blog still serves its content."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.files import write
from tests.support.requirements import unavailable
from tests.support.servers import launch, served

COMMENT = {"name": "Bea", "email": "b@example.org", "website": "", "nickname": "", "body": "Lovely."}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk for one test."""
    folder = tmp_path / "blog" / "instance"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        unavailable("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


@pytest.mark.parametrize("break_it", [fill, make_read_only])
def test_a_blog_starts_to_read_on_a_disk_that_takes_no_writes(
    tmp_path: Path, disk: Path, break_it: Callable[[Path], None]
) -> None:
    write(tmp_path / "articles", "on-tea.md", title="On Tea", published_at="2026-03-01T12:00:00Z")
    environment = {"BLOG_SOURCE": f"folder:{tmp_path / 'articles'}"}
    with served(tmp_path / "blog", **environment) as blog:
        assert blog.get("/articles/on-tea").status == 200
    break_it(disk)
    (tmp_path / "blog" / "output").unlink()
    with served(tmp_path / "blog", **environment) as blog:
        assert blog.get("/articles/on-tea").status == 200
        assert blog.get("/search?q=water").status == 200
        assert blog.post("/articles/on-tea/comments", **COMMENT).status == 503
        assert blog.output.count("The database cannot be written to") == 1
        assert "Traceback" not in blog.output
    assert launch(tmp_path / "blog", "doctor", **environment).wait(60) == 1
    assert "cannot be written to" in (tmp_path / "blog" / "output").read_text(encoding="utf-8")
