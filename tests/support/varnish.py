"""A temporary Varnish, run from the machine's own binaries."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port
from tests.support.process_groups import kill_group, start_group
from tests.support.requirements import unavailable
from tests.support.waiting import is_listening, wait_until

STOP_SECONDS = 60
COMPILE_QUICKLY = "cc_command=%D -O0 -g0"
"""The usual command to compile the configuration, without optimising."""
MODULE = "varnish/vmods/libvmod_xkey.so"
PLACES = (f"lib*/{MODULE}", f"lib/*/{MODULE}", f"local/lib*/{MODULE}")


@contextmanager
def varnish(configuration: str) -> Iterator[int]:
    """Run Varnish with ``configuration`` (VCL) until the block ends; yield its port on this machine."""
    program = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin")
    if program is None or not any(found for place in PLACES for found in Path("/usr").glob(place)):
        unavailable("Varnish or its module xkey is missing (on Debian: apt install varnish varnish-modules)")
    # Not below pytest's folders: the name of Varnish's socket would be too long there.
    folder = Path(tempfile.mkdtemp(prefix="blog-varnish-"))
    (folder / "default.vcl").write_text(configuration, encoding="utf-8")
    port = free_port()
    with (folder / "output").open("wb") as output:
        # -j none: run as the present user, who may be root or not.
        command = [
            program, "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(folder / "default.vcl"),
            "-a", f"127.0.0.1:{port}", "-T", "none", "-s", "malloc,16m", "-p", COMPILE_QUICKLY,
        ]  # fmt: skip
        process = start_group(command, subprocess.DEVNULL, output)
    try:
        try:
            wait_until(lambda: is_listening(port), process)
        except AssertionError as error:
            raise AssertionError(f"Varnish did not start:\n{(folder / 'output').read_text()}") from error
        yield port
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            kill_group(process)
            shutil.rmtree(folder)
