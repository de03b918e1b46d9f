"""A real Isso, which stores comments that wait for a moderator, as the blog does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.load import Unusable
from tests.bench.peers import running
from tests.support.ports import free_port

PACKAGES = ("isso==0.14.0", "gunicorn==23.0.0")
CACHE = Path(os.environ.get("BLOG_BENCH_CACHE", Path.home() / ".cache/headless-blog-bench"))

CONFIGURATION = """
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
[server]
listen = http://127.0.0.1:{port}/
[moderation]
enabled = true
[guard]
enabled = false
"""

SUBMIT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Origin"] = "{origin}"
local number = {seed}
request = function()
  number = number + 1
  local text = "Thank you for this, number " .. number
  local body = '{{"text":"' .. text .. '","author":"Bea","email":"bea@example.org","website":null,"title":"On Tea"}}'
  return wrk.format(nil, nil, nil, body)
end
"""


@contextmanager
def isso(folder: Path) -> Iterator[tuple[str, int, str]]:
    """The address that takes comments, Isso's process group, and wrk's script that sends them.

    :raises Unusable: it cannot be installed.
    """
    port = free_port()
    folder.mkdir(parents=True)
    (folder / "isso.cfg").write_text(CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    command = [str(_installed() / "gunicorn"), "-b", f"127.0.0.1:{port}", "-w", "1", "--preload", "isso.run"]
    with running(command, folder, port, ISSO_SETTINGS=str(folder / "isso.cfg")) as group:
        script = SUBMIT.format(origin=f"http://127.0.0.1:{port}", seed=time.time_ns())
        yield f"http://127.0.0.1:{port}/new?uri=%2Farticle%2F", group, script


def _installed() -> Path:
    """The folder of programs of an environment with Isso; it is created once."""
    programs = CACHE / "isso" / "bin"
    if not (programs / "isso").exists():
        commands = ([sys.executable, "-m", "venv", str(programs.parent)], [str(programs / "pip"), "install", *PACKAGES])
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Unusable(f"Isso cannot be installed: {done.stderr.strip()[-300:]}")
    return programs
