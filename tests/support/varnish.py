"""A throw-away Varnish made of the machine's own binaries."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import free_port, kill_group

START_SECONDS = 60
MODULE = "varnish/vmods/libvmod_xkey.so"
PLACES = (f"lib*/{MODULE}", f"lib/*/{MODULE}", f"local/lib*/{MODULE}")


class Unavailable(Exception):
    """No Varnish can be started here; the text says why."""


@contextmanager
def varnish(configuration: str) -> Iterator[int]:
    """The port on this machine of a Varnish with ``configuration``, in VCL, until the block ends.

    :raises Unavailable: there is none, or it lacks the module xkey.
    """
    program = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin")
    if program is None or not any(found for place in PLACES for found in Path("/usr").glob(place)):
        raise Unavailable("Varnish or its module xkey is missing (on Debian: apt install varnish varnish-modules)")
    # Not below pytest's own folders: Varnish's socket there would have too long a name.
    folder = Path(tempfile.mkdtemp(prefix="blog-varnish-"))
    (folder / "default.vcl").write_text(configuration, encoding="utf-8")
    port = free_port()
    with (folder / "output").open("wb") as output:
        # -j none: as the user who runs the tests, who may be root and may be not.
        process = subprocess.Popen(
            [program, "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(folder / "default.vcl"),
             "-a", f"127.0.0.1:{port}", "-T", "none", "-s", "malloc,16m"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, port, folder / "output")
        yield port
    finally:
        process.terminate()
        try:
            process.wait(START_SECONDS)
        finally:
            kill_group(process)
            shutil.rmtree(folder)


def _wait(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Varnish did not start:\n{output.read_text()}") from None
            time.sleep(0.05)
        else:
            return
