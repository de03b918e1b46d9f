"""TCP ports of this machine."""

import os
import random
import socket
from contextlib import suppress

PORTS = range(20_000, 32_768)
"""Below the ports that Linux uses for outgoing connections."""


def free_port() -> int:
    """A free TCP port that no other worker of this test run uses."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = PORTS[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]
    while True:
        port = random.choice(ports)  # noqa: S311 - chance keeps runs that go on side by side apart
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
