"""The servers to compare with: nginx with a file, and a constant Flask page under the same server as the blog."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.load import SERVER_CORE, Unusable
from tests.support.http_requests import ask
from tests.support.ports import free_port
from tests.support.process_groups import kill_group

NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; keepalive_requests 1000000; default_type text/html;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; root {folder}/root; }}
}}
"""

CONSTANT = """
from pathlib import Path
from flask import Flask

app = Flask(__name__)
PAGE = Path("page").read_bytes()


@app.get("/page")
def page():
    return PAGE
"""


@contextmanager
def nginx(folder: Path, page: bytes) -> Iterator[tuple[str, int]]:
    """The address of ``page`` as a file in nginx, and nginx's process group."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise Unusable("nginx is missing. On Debian: apt install nginx-light")
    port = free_port()
    (folder / "root").mkdir(parents=True)
    (folder / "root" / "page").write_bytes(page)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
    with running([program, "-c", str(folder / "nginx.conf")], folder, port) as group:
        yield f"http://127.0.0.1:{port}/page", group


@contextmanager
def constant_flask(folder: Path, page: bytes) -> Iterator[tuple[str, int]]:
    """The same for a Flask application that returns only this page, under Granian."""
    port = free_port()
    folder.mkdir(parents=True)
    (folder / "page").write_bytes(page)
    (folder / "constant.py").write_text(CONSTANT, encoding="utf-8")
    granian = Path(sys.executable).with_name("granian")
    command = [str(granian), "--interface", "wsgi", "--port", str(port), "--no-access-log", "constant:app"]
    with running(command, folder, port) as group:
        yield f"http://127.0.0.1:{port}/page", group


@contextmanager
def running(command: list[str], folder: Path, port: int, **environment: str) -> Iterator[int]:
    """The process group of a server on its own core, once it answers; ``environment`` is added to ours."""
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, *command], cwd=folder, start_new_session=True, env=os.environ | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                ask(port, "GET", "/page")
                break
            except OSError:
                time.sleep(0.05)
        yield process.pid
    finally:
        kill_group(process)
