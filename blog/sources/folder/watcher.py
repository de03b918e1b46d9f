"""Notices at once when a file of a folder source is saved."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from watchfiles import Change, watch

from blog.sources.folder.source import is_article

DEBOUNCE_MS = 200
POLL_MS = 50
CHECK_MS = 1_000
"""How often to check whether another folder has taken the place of the one that is watched."""
RETRY_DELAY_SECONDS = 10

log = logging.getLogger(__name__)


class FolderWatch:
    """Collects which articles of ``folder`` were saved; without a folder it never reports a change."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._saved: set[str] = set()
        self._is_all_changed = folder is not None
        """True at the start, because files may have been saved before the watch began."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folder-watch", daemon=True)

    def __enter__(self) -> Self:
        if self._folder is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def changed(self) -> Sequence[str] | None:
        """Source ids of the articles saved since the last call; ``None`` if nothing changed.

        An empty list means that other changes happened (a file was deleted, say), so list the whole folder.
        """
        with self._lock:
            saved, is_all_changed = sorted(self._saved), self._is_all_changed
            self._saved, self._is_all_changed = set(), False
        return [] if is_all_changed else saved or None

    def mark_all_changed(self) -> None:
        """Make the next :meth:`changed` ask for a full listing, because the last changes could not be synced."""
        with self._lock:
            self._is_all_changed = True

    def _run(self) -> None:
        folder = self._folder
        while folder is not None and not self._stop.is_set():
            try:
                self._watch(folder)
            except (OSError, RuntimeError) as error:
                log.warning("Cannot watch the folder %s (%s); reading it at intervals instead.", folder, error)
                self._stop.wait(RETRY_DELAY_SECONDS)
            # Nobody sees what is saved before the next watch begins.
            self.mark_all_changed()

    def _watch(self, folder: Path) -> None:
        """Note changes until the watch ends, or another folder has taken the place of ``folder``.

        Publishing by renaming folders, or by a symbolic link, replaces it, and the system goes on watching the old one.
        """
        watched = _identity(folder)
        for changes in watch(
            folder, debounce=DEBOUNCE_MS, step=POLL_MS, stop_event=self._stop,
            rust_timeout=CHECK_MS, yield_on_timeout=True,
        ):  # fmt: skip
            self._note(folder, changes)
            if _identity(folder) != watched:
                return

    def _note(self, folder: Path, changes: set[tuple[Change, str]]) -> None:
        with self._lock:
            for change, name in changes:
                path = Path(name)
                source_id = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
                if change is Change.deleted or not is_article(source_id):
                    self._is_all_changed = True
                else:
                    self._saved.add(source_id)


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
