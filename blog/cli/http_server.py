"""The HTTP server: Granian, whose processes run the application."""

import errno
import gc
import os
import signal
import socket
from functools import partial

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from blog import create_app
from blog.errors import OperatorError
from blog.logging_config import configure_logging
from blog.processes import STOP_SECONDS, allow_connections, exit_with_parent
from blog.server import gateway
from blog.server.deadlines import HEADER_SECONDS
from blog.server.gateway import Gateway

MAX_CONNECTIONS = 16_384
"""How many connections each process accepts; more wait until one closes."""
BACKLOG = 4_096


class PortTaken(OperatorError):
    """The server cannot listen on this host and port."""


def check_port(host: str, port: int) -> None:
    """Check that ``port`` is free, so that a conflict is reported before anything else is done.

    :raises PortTaken: the port is in use, or this user may not use it.
    """
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(address[0], address[1]) as probe:
            # Otherwise the port seems taken while connections of a server that has just been stopped are in TIME_WAIT.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except OSError as error:
        hint = "Stop the other program, or choose another with --port."
        if error.errno != errno.EADDRINUSE:
            hint = "Choose another with --host and --port."
        raise PortTaken(f"Cannot listen on {in_url(host)}:{port} ({error.strerror}). {hint}") from error


def serve_pages(host: str, port: int, workers: int) -> None:
    """Serve until the process is asked to stop."""
    server = Granian(
        "blog.cli.http_server:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        # HTTP/2 would let a single connection open many requests at once.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(HEADER_SECONDS * 1000)),
        websockets=False,
        backpressure=MAX_CONNECTIONS,
        backlog=BACKLOG,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        # Its warnings say only that it kills a process that has not stopped, and on a busy machine that is often wrong.
        log_level=LogLevels.error,
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},  # its lines get the format of ours
    )
    server.on_startup(partial(_stop_with_terminal, signal.getsignal(signal.SIGHUP)))
    server.serve()


def _stop_with_terminal(inherited: object) -> None:
    """Let SIGHUP, which a terminal sends when it is closed, stop the server, unless it is ignored, as under ``nohup``.

    The server would load the application again at this signal, and go on without a terminal.
    """
    is_ignored = inherited is signal.SIG_IGN
    signal.signal(signal.SIGHUP, signal.SIG_IGN if is_ignored else lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def worker() -> Gateway:
    """Create the application in a worker process.

    Until it exists, SIGTERM ends this process at once; the server's own handler, which was inherited, would ignore it.
    A terminal sends Ctrl-C and its own end to all processes, and the server then stops its workers as well. A worker
    that gets both at the wrong moment never ends, so it blocks those signals and leaves them to the server.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    configure_logging()
    exit_with_parent(STOP_SECONDS)
    allow_connections(MAX_CONNECTIONS)
    app = create_app()
    # The objects that exist now are never freed. Scanning them for garbage would delay a request by 0.1 seconds.
    gc.collect()
    gc.freeze()
    return gateway(app, app.config["BLOG"])


def in_url(host: str) -> str:
    """Return ``host`` for use in a URL: IPv6 addresses get brackets."""
    return f"[{host}]" if ":" in host else host
