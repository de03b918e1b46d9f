"""A long text is parsed in another process, which is stopped if it takes too much time or memory."""

import errno
import multiprocessing
import os
import signal
from multiprocessing import spawn
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import cast

import pytest

from blog.markup import parser_limits
from blog.markup.parser_limits import LONG_TEXT, ArticleTooComplex, Parse, ParserNotStarted, parse_bounded
from tests.support.waiting import wait_until

LONG = "a" * (LONG_TEXT + 1)


def process_id(_text: str) -> str:
    return str(os.getpid())


def never_end(_text: str) -> str:
    while True:
        pass


def allocate(_text: str) -> str:
    return "a" * 2 * parser_limits.MAX_MEMORY


def fail(_text: str) -> str:
    raise ValueError("no")


def test_a_short_text_is_parsed_here_and_long_ones_in_one_other_process() -> None:
    here = str(os.getpid())
    assert parse_bounded(process_id, LONG[1:]) == here
    first, second = parse_bounded(process_id, LONG), parse_bounded(process_id, LONG)
    assert first == second != here


def test_a_text_that_takes_too_long_is_stopped_and_the_next_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_limits, "MAX_SECONDS", 1)
    before = parse_bounded(process_id, LONG)
    with pytest.raises(ArticleTooComplex, match="more than 1 seconds"):
        parse_bounded(never_end, LONG)
    assert parse_bounded(process_id, LONG) != before


def test_a_killed_parser_process_loses_no_text() -> None:
    before = parse_bounded(process_id, LONG)
    os.kill(int(before), signal.SIGKILL)
    wait_until(lambda: not any(str(child.pid) == before for child in multiprocessing.active_children()))
    assert parse_bounded(process_id, LONG) != before


def test_after_an_interruption_the_next_text_gets_its_own_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_connection: Connection) -> None:
        raise KeyboardInterrupt

    before = parse_bounded(process_id, LONG)
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "recv", interrupt)
        with pytest.raises(KeyboardInterrupt):
            parse_bounded(str.upper, LONG)
    assert parse_bounded(process_id, LONG) not in {before, LONG.upper()}
    wait_until(lambda: not any(str(child.pid) == before for child in multiprocessing.active_children()))


def test_a_text_that_takes_too_much_memory_is_refused() -> None:
    with pytest.raises(ArticleTooComplex, match="too much memory"):
        parse_bounded(allocate, LONG)


def test_an_error_in_the_other_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="no"):
        parse_bounded(fail, LONG)


@pytest.fixture
def new_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser of long texts whose process has not started yet."""
    monkeypatch.setattr(parser_limits, "_parser", parser_limits._BoundedParser())


@pytest.mark.usefixtures("new_parser")
def test_a_process_that_cannot_start_rejects_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    with monkeypatch.context() as patch:
        patch.setattr(SpawnProcess, "start", refuse)
        with pytest.raises(ParserNotStarted, match=r"did not start \(Resource temporarily unavailable\).*ulimit -u"):
            parse_bounded(process_id, LONG)
    assert parse_bounded(process_id, LONG), "the next text is parsed"


@pytest.mark.usefixtures("new_parser")
@pytest.mark.parametrize(
    ("python", "fault"),
    [("exit 3", "it ended with the status 3"), ("sleep 60", "it was not ready after 1 seconds")],
    ids=["ends", "hangs"],
)
def test_a_process_that_ends_or_hangs_at_its_start_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str, fault: str
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(parser_limits, "START_SECONDS", 1)
    monkeypatch.setattr(spawn, "_python_exe", os.fsencode(program))
    with pytest.raises(ParserNotStarted, match=fault):
        parse_bounded(process_id, LONG)


@pytest.mark.usefixtures("new_parser")
def test_a_process_that_cannot_load_the_parser_rejects_no_text() -> None:
    with pytest.raises(ParserNotStarted, match="ended with the status 1"):
        parse_bounded(cast("Parse", Unloadable()), LONG)


class Unloadable:
    """An object that another process cannot load."""

    def __reduce__(self) -> tuple[object, ...]:
        return divmod, (1, 0)
