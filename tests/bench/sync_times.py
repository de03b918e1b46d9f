"""Measures the time and memory of a sync by the number of documents."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Unusable
from tests.bench.sample_data import write_files
from tests.support.servers import launch


@dataclass(frozen=True)
class Synced:
    """Two syncs of one folder: all documents are new, then all unchanged. Seconds, and the highest memory, in MB."""

    documents: int
    first_seconds: float
    first_mb: float
    again_seconds: float
    again_mb: float


def measure(documents: int) -> Synced:
    """Sync a folder of ``documents`` Markdown files into an empty blog, twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "articles", documents)
        _run(folder, "db", "upgrade")
        return Synced(documents, *_run(folder, "sync"), *_run(folder, "sync"))


def _run(folder: Path, *command: str) -> tuple[float, float]:
    began = time.perf_counter()
    process = launch(folder, *command, BLOG_SOURCE=f"folder:{folder / 'articles'}")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise Unusable((folder / "output").read_text(encoding="utf-8"))
    return time.perf_counter() - began, usage.ru_maxrss / 1024
