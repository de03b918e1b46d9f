"""Files are read completely, up to their size limit."""

import os
from pathlib import Path

import pytest

from blog.sources.folder.files import read_bytes


def test_a_file_is_read_up_to_its_size_limit(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"tea " * 25)

    assert read_bytes(file, 100) == b"tea " * 25
    with pytest.raises(ValueError, match="larger"):
        read_bytes(file, 99)


def test_a_file_longer_than_its_stated_size_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"tea " * 25)
    before = os.stat_result((0o100644, *[0] * 9))
    monkeypatch.setattr(Path, "stat", lambda _path: before)

    assert read_bytes(file, 100) == b"tea " * 25
    with pytest.raises(ValueError, match="larger"):
        read_bytes(file, 99)


def test_a_pipe_or_device_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ValueError, match="not a file"):
        read_bytes(tmp_path / "pipe", 100)
