"""A real blog in a process of its own, for the tests that need a browser, a server or something to kill."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from blog import create_app
from blog.config import Settings
from blog.extensions import db
from tests.support.waiting import wait_until

BLOG = Path(sys.executable).with_name("blog")
START_SECONDS = 60
STOP_SECONDS = 20
PORTS = range(20_000, 32_768)
"""Below those that Linux gives to outgoing connections."""


class DidNotStart(Exception):
    """The server ended, or did not answer in time; the text is what it printed."""


@dataclass(frozen=True)
class HTTPResponse:
    """What came back to one request."""

    status: int
    headers: Message
    text: str


@dataclass(frozen=True)
class Served:
    """A blog that is being served: its port on this machine, its process and its folders."""

    port: int
    process: subprocess.Popen[bytes]
    settings: Settings
    log: Path

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def rows(self) -> Iterator[Flask]:
        """Reach into the blog's own database, by an application in this process."""
        with opened(self.settings) as app:
            yield app

    def get(self, path: str) -> HTTPResponse:
        """The answer to one request, as a stranger sends it; a redirect is not followed."""
        return ask(self.port, "GET", path)

    def post(self, path: str, **fields: str) -> HTTPResponse:
        """The answer to one form, as a browser sends it from the blog's own page; a redirect is not followed."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.url,
            "Sec-Fetch-Site": "same-origin",
        }
        return ask(self.port, "POST", path, urlencode(fields), headers)

    def stop(self) -> None:
        """Stop it as an operator does, and see that it ended well."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        finally:
            self.kill()
        assert status == 0, f"exit status {status} after SIGTERM:\n{self.output}"

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        kill_group(self.process)


@contextmanager
def served(folder: Path, port: int = 0, /, *options: str, **environment: str) -> Iterator[Served]:
    """Run ``blog serve`` with its instance in ``folder`` until the block ends, then stop it.

    :param port: where to listen; 0 is wherever nobody does.
    :param options: more of the command's, such as ``--workers=2``.
    :param environment: settings by their names, such as ``BLOG_SOURCE``.
    :raises DidNotStart: it did not come up.
    """
    blog = start(folder, port, *options, **environment)
    try:
        yield blog
    except BaseException:
        blog.kill()
        raise
    blog.stop()


def start(folder: Path, port: int = 0, /, *options: str, **environment: str) -> Served:
    """Run ``blog serve``, and wait until it answers and has its articles. The caller ends it."""
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
    """Run ``blog serve`` without waiting for anything; what is left of it at the end of the block is killed."""
    blog = _launched(folder, free_port(), **environment)
    try:
        yield blog
    finally:
        blog.kill()


def _launched(folder: Path, port: int, *options: str, **environment: str) -> Served:
    settings = Settings.from_environment(folder_environment(folder) | environment)
    process = launch(folder, "serve", f"--port={port}", *options, **environment)
    return Served(port, process, settings, folder / "output")


def launch(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start the ``blog`` command in a process group of its own; what it prints is added to ``folder / "output"``."""
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BLOG_")}
    with (folder / "output").open("ab") as output:
        return subprocess.Popen(
            [BLOG, *arguments],
            cwd=folder,
            env=inherited | folder_environment(folder) | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def folder_environment(folder: Path) -> dict[str, str]:
    """The settings that keep a blog inside ``folder``, and its forms without a limit."""
    return {"BLOG_INSTANCE": str(folder / "instance"), "BLOG_COMMENT_ATTEMPT_RATE": "1000000 per minute"}


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process that :func:`launch` started and to all its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A TCP port that nobody on this machine listens to, nor another worker of this run takes."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = PORTS[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]
    while True:
        port = random.choice(ports)  # noqa: S311 - chance keeps runs that go on side by side apart
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """The application of ``settings`` with its context, left without an open connection."""
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def ask(
    port: int, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> HTTPResponse:
    """The answer to one request over a connection of its own.

    :raises OSError: there is no server, or it went away.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return HTTPResponse(response.status, response.headers, response.read().decode(errors="replace"))
    except HTTPException as error:
        raise ConnectionError(f"{method} {path} was not answered to its end") from error
    finally:
        connection.close()


def answers(port: int) -> bool:
    """Whether a blog listens there, and is well."""
    try:
        return ask(port, "GET", "/").status < 500
    except OSError:
        return False


def _has_articles(port: int) -> bool:
    """Whether the first sync is over, or a database that is away keeps it waiting.

    The index is not asked for: a page from before the end of the sync would be kept for a moment.
    """
    try:
        return not is_syncing(port) if ask(port, "GET", "/readyz").status == 200 else answers(port)
    except OSError:
        return False


def is_syncing(port: int) -> bool:
    """Whether the blog that listens there is reading everything that its source has."""
    ready = ask(port, "GET", "/readyz")
    return ready.status == 200 and json.loads(ready.text)["source"]["sync"] is not None


def members(group: int) -> list[Path]:
    """What ``/proc`` says of each process of a group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError):
            if os.getpgid(int(entry.name)) == group:
                found.append(entry)
    return found
