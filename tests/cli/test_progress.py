"""The progress of a sync on the terminal."""

import signal
from contextlib import suppress

import pytest

from blog.cli.progress import ProgressDisplay
from blog.sync.state import SyncProgress


def test_progress_shows_from_the_start_and_then_at_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressDisplay() as show:
        show(SyncProgress.of(0, 3, 0))
        show(SyncProgress.of(1, 3, 0.1))
    assert capsys.readouterr().err == "Reading articles … 0 of 3\n"


@pytest.mark.parametrize(
    ("count", "total", "seconds", "shown"),
    [
        (0, 2000, 0, "0 of 2000"),
        (90, 2000, 1.5, "90 of 2000, 60 a second"),
        (7, None, 0.5, "7"),
        (0, 5, 9, "0 of 5, 0 a second"),
    ],
)
def test_progress_has_count_total_and_rate(count: int, total: int | None, seconds: float, shown: str) -> None:
    assert str(SyncProgress.of(count, total, seconds)) == shown


def test_progress_lines_can_go_to_another_function(capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[str] = []
    with ProgressDisplay(lines.append) as show:
        show(SyncProgress.of(0, None, 0))
    assert lines == ["Reading articles … 0"]
    assert capsys.readouterr().err == ""


def test_an_interrupted_sync_says_what_was_read_and_how_to_continue(capsys: pytest.CaptureFixture[str]) -> None:
    show = ProgressDisplay()
    show(SyncProgress.of(2, 3, 1))
    show.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "2 of 3 articles were read" in capsys.readouterr().err


def test_a_ctrl_c_that_a_library_swallows_ends_the_sync_at_the_next_article() -> None:
    with ProgressDisplay() as show:
        show(SyncProgress.of(1, 3, 0.1))
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            show(SyncProgress.of(2, 3, 0.2))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
