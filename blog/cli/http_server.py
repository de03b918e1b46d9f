"""The HTTP server: Granian, whose processes run the application."""

import errno
import gc
import signal
import socket
import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from blog import create_app
from blog.errors import OperatorError
from blog.processes import STOP_SECONDS, allow_connections, exit_with_parent
from blog.server import gateway
from blog.server.gateway import Gateway

HEADER_SECONDS = 15.0
"""How long a client may take to send the head of a request, and how long a connection may be idle between two."""
MAX_CONNECTIONS = 16_384
"""How many connections each process holds; more wait until one of them closes."""
SWITCH_SECONDS = 0.0005
"""How long a busy thread keeps the others of its process waiting. Kept pages wait several times under load."""
BACKLOG = 4_096


class PortTaken(OperatorError):
    """The server cannot listen on this host and port."""


def check_port(host: str, port: int) -> None:
    """See whether ``port`` is free before anything else is done.

    :raises PortTaken: it is not, or may not be used.
    """
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(address[0], address[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except OSError as error:
        hint = "Stop the other program, or choose another with --port."
        if error.errno != errno.EADDRINUSE:
            hint = "Choose another with --host and --port."
        raise PortTaken(f"Cannot listen on {in_url(host)}:{port} ({error.strerror}). {hint}") from error


def serve_pages(host: str, port: int, workers: int) -> None:
    """Serve until the process is told to stop."""
    Granian(
        "blog.cli.http_server:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(HEADER_SECONDS * 1000)),
        websockets=False,
        backpressure=MAX_CONNECTIONS,
        backlog=BACKLOG,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    ).serve()


def worker() -> Gateway:
    """The application, in a worker process.

    Ctrl-C reaches all processes of a terminal, and then the server tells its workers as well. A worker that is told
    twice at the wrong moment never ends; so it leaves Ctrl-C to the server.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    exit_with_parent(STOP_SECONDS)
    allow_connections(MAX_CONNECTIONS)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app()
    # All that is there now stays. To look through it for garbage would hold up a request for a tenth of a second.
    gc.collect()
    gc.freeze()
    return gateway(app, app.config["BLOG"])


def in_url(host: str) -> str:
    """``host`` as an address on the web has it."""
    return f"[{host}]" if ":" in host else host
