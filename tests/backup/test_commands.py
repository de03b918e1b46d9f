"""``blog backup`` and ``blog restore`` with a real blog."""

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from blog.cli import backup
from tests.support.commands import run_in_process
from tests.support.files import write
from tests.support.process_groups import kill_group
from tests.support.servers import Served, launch, served

KILLS = 5
"""Spread over the time that a whole restore takes."""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    (folder / "output").unlink(missing_ok=True)
    status = launch(folder, *arguments).wait(120)
    return status, (folder / "output").read_text(encoding="utf-8")


def comment(blog: Served, body: str) -> int:
    fields = {"name": "Bea", "email": "b@example.org", "website": "", "nickname": "", "body": body}
    return blog.post("/articles/on-tea/comments", **fields).status


def comments(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "instance" / "blog.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count: int = database.execute("SELECT count(*) FROM comment").fetchone()[0]
        return count


def test_a_blog_is_copied_while_readers_comment_and_restored_when_it_is_stopped(tmp_path: Path) -> None:
    folder, articles = tmp_path / "blog", tmp_path / "articles"
    write(articles, "on-tea.md", title="On Tea", published_at="2026-03-01T12:00:00Z")
    environment = {"BLOG_SOURCE": f"folder:{articles}", "BLOG_COMMENT_RATE": "100000 per minute"}
    is_over, accepted = Event(), list[int]()

    def keep_commenting(blog: Served) -> None:
        while not is_over.wait(0.1):
            if comment(blog, f"Comment {len(accepted)}") == 303:
                accepted.append(1)

    with served(folder, **environment) as blog:
        commenter = Thread(target=keep_commenting, args=(blog,))
        commenter.start()
        try:
            status, output = run(folder, "backup", str(tmp_path / "copy.tar"))
        finally:
            is_over.set()
            commenter.join()
        assert status == 0, output
        status, output = run(folder, "restore", str(tmp_path / "copy.tar"))
        assert (status, output.count("\n")) == (2, 1), output
        assert "running" in output
        copied_at_most = len(accepted)
        assert comment(blog, "After the copy") == 303
    assert comments(folder) == copied_at_most + 1
    began = time.monotonic()
    status, output = run(tmp_path / "elsewhere", "restore", str(tmp_path / "copy.tar"))
    seconds = time.monotonic() - began
    assert status == 0, output
    is_killed_early = False
    for number in range(KILLS):
        process = launch(folder, "restore", str(tmp_path / "copy.tar"))
        time.sleep(seconds * (number + 0.5) / KILLS)
        is_killed_early |= process.poll() is None
        kill_group(process)
        assert 0 <= comments(folder) <= copied_at_most + 1
    assert is_killed_early
    status, output = run(folder, "restore", str(tmp_path / "copy.tar"))
    assert status == 0, output
    assert "before-restore-" in output
    assert comments(folder) <= copied_at_most
    with served(folder, **environment) as blog:
        assert comment(blog, "Life goes on") == 303


def test_a_backup_that_is_stopped_by_sigterm_leaves_nothing(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "instance").mkdir(mode=0o700)
    shutil.copy(sqlite_template, tmp_path / "instance" / "blog.sqlite3")
    (tmp_path / "copies").mkdir()
    monkeypatch.setattr(backup, "show_progress", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    run_in_process(tmp_path, "backup", "copies/copy.tar", status=128 + signal.SIGTERM)
    assert list((tmp_path / "copies").iterdir()) == []
