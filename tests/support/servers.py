"""A real blog in its own process, for tests that need a browser, a server or a process to kill."""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from blog import create_app
from blog.config import Settings
from tests.support import shared
from tests.support.applications import using
from tests.support.http_requests import HTTPResponse, answers, ask
from tests.support.instances import prepare
from tests.support.ports import free_port
from tests.support.process_groups import Process, kill_group
from tests.support.processes import Command
from tests.support.waiting import wait_until

BLOG = Path(sys.executable).with_name("blog")
STOP_SECONDS = 20


class DidNotStart(Exception):
    """The server ended or did not answer in time. The message is its output."""


@dataclass(frozen=True)
class Served:
    """A running blog: its port on this machine, its process and its folders."""

    port: int
    process: Process
    settings: Settings
    log: Path

    @property
    def url(self) -> str:
        """The blog's URL, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """The output of the process so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def rows(self) -> Iterator[Flask]:
        """An application in this process that uses the blog's own database."""
        with using(self._app):
            yield self._app

    @cached_property
    def _app(self) -> Flask:
        return create_app(self.settings)

    def copy_database(self, copy: Path) -> None:
        """Copy its SQLite database to ``copy``."""
        with closing(sqlite3.connect(self._database)) as database, closing(sqlite3.connect(copy)) as target:
            database.backup(target)

    def restore_database(self, copy: Path) -> None:
        """Make its SQLite database equal to ``copy`` while it runs. Its page cache does not learn of that."""
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(self._database)) as database:
            source.backup(database)

    @property
    def _database(self) -> Path:
        return self.settings.instance / "blog.sqlite3"

    def get(self, path: str) -> HTTPResponse:
        """The response to one request without cookies; redirects are not followed."""
        return ask(self.port, "GET", path)

    def post(self, path: str, **fields: str) -> HTTPResponse:
        """The response to one form, sent as from the blog's own page; redirects are not followed."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.url,
            "Sec-Fetch-Site": "same-origin",
        }
        return ask(self.port, "POST", path, urlencode(fields), headers)

    def stop(self) -> None:
        """Stop it with SIGTERM, and check that it ended well."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        finally:
            self.kill()
        assert status == 0, f"exit status {status} after SIGTERM:\n{self.output}"

    def kill(self) -> None:
        """Kill all its processes at once, as a power failure would."""
        kill_group(self.process)


@contextmanager
def served(folder: Path, port: int = 0, /, *options: str, **environment: str) -> Iterator[Served]:
    """Run ``blog serve`` with its instance in ``folder`` until the block ends, then stop it.

    :param port: the port to listen on; 0 is any free one.
    :param options: options of the command, such as ``--workers=2``.
    :param environment: settings by their names, such as ``BLOG_SOURCE``.
    :raises DidNotStart: the server did not start.
    """
    with stopping(start(folder, port, *options, **environment)) as blog:
        yield blog


@contextmanager
def stopping(blog: Served) -> Iterator[Served]:
    """Stop ``blog`` at the end of the block."""
    try:
        yield blog
    except BaseException:
        blog.kill()
        raise
    blog.stop()


def start(folder: Path, port: int = 0, /, *options: str, **environment: str) -> Served:
    """Run ``blog serve``, and wait until it answers and has its articles. The caller must stop it.

    In a test, a new blog finds a database with a moderator, and with the demo articles if these are its source.
    """
    _prepare(folder, environment)
    return first_start(folder, port, *options, **environment)


def _prepare(folder: Path, environment: dict[str, str]) -> None:
    if shared.is_test_run() and not (folder / ".env").exists():
        prepare(_settings(folder, environment))


def first_start(folder: Path, port: int = 0, /, *options: str, **environment: str) -> Served:
    """Do the same, but let a new blog make its instance folder and all that is in it."""
    blog = _launched(folder, port or free_port(), *options, **environment)
    port = blog.port
    try:
        wait_until(lambda: _has_articles(port), blog.process)
    except AssertionError as error:
        blog.kill()
        raise DidNotStart(blog.output) from error
    return blog


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Served]:
    """Run ``blog serve`` without waiting for it; kill what is still running at the end of the block."""
    _prepare(folder, environment)
    blog = _launched(folder, free_port(), **environment)
    try:
        yield blog
    finally:
        blog.kill()


def _launched(folder: Path, port: int, *options: str, **environment: str) -> Served:
    process = launch(folder, "serve", f"--port={port}", *options, **environment)
    return Served(port, process, _settings(folder, environment), folder / "output")


def _settings(folder: Path, environment: dict[str, str]) -> Settings:
    return Settings.from_environment(folder_environment(folder) | environment)


def launch(folder: Path, *arguments: str, **environment: str) -> Process:
    """Start the ``blog`` command in a new process group; its output is appended to ``folder / "output"``."""
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BLOG_")}
    command = Command(BLOG, arguments, folder, inherited | folder_environment(folder) | environment)
    with Path(os.devnull).open("rb") as nothing, (folder / "output").open("ab") as output:
        return command.start(nothing, output)


def folder_environment(folder: Path) -> dict[str, str]:
    """Settings that keep a blog's data inside ``folder`` and lift the limit on comments."""
    return {"BLOG_INSTANCE": str(folder / "instance"), "BLOG_COMMENT_ATTEMPT_RATE": "1000000 per minute"}


def _has_articles(port: int) -> bool:
    """Whether the first sync has ended, or waits for a database.

    The index is not requested, because a page from before the end of the sync would be cached for a moment.
    """
    try:
        return not is_syncing(port) if ask(port, "GET", "/readyz").status == 200 else answers(port)
    except OSError:
        return False


def is_syncing(port: int) -> bool:
    """Whether the blog on ``port`` is running a full sync."""
    ready = ask(port, "GET", "/readyz")
    return ready.status == 200 and json.loads(ready.text)["source"]["sync"] is not None
