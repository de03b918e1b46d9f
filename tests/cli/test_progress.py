"""What a sync shows while it runs."""

from pathlib import Path

import pytest

from blog.cli import progress
from blog.cli.progress import Progress
from blog.sources.folder.source import FolderSource
from tests.support.files import UTC_ZONE, many


def test_progress_begins_at_once_with_the_total(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LINE_SECONDS", 0)
    many(tmp_path, 3)
    with Progress(FolderSource("folder:articles", tmp_path, UTC_ZONE)) as show:
        assert capsys.readouterr().err == "Reading articles … 0 of 3\n"
        show(2)
    assert capsys.readouterr().err == "Reading articles … 2 of 3\n"


def test_an_interrupted_sync_says_what_was_read_and_that_it_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many(tmp_path, 3)
    show = Progress(FolderSource("folder:articles", tmp_path, UTC_ZONE))
    show(2)
    show.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "2 of 3 articles were read" in capsys.readouterr().err
