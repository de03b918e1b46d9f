"""The background worker: syncs from the source while other processes serve pages.

It polls a CMS, watches a folder, and syncs after webhook calls; another thread sends purges to a cache in front of the
blog. It may be killed at any time: the next worker continues its work.
"""

import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import parent_process

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog import create_app
from blog.cdn.notifier import notifying
from blog.cli.application import closing_connections
from blog.cli.progress import ProgressDisplay
from blog.cli.worker_cleanup import delete_expired
from blog.comments.akismet import asking_akismet
from blog.config import settings
from blog.database import utc_now
from blog.database_errors import error_sentence, remedy
from blog.errors import OperatorError
from blog.logging_config import configure_logging
from blog.mail.sender import sending_mail
from blog.moderation.bulk_worker import deciding
from blog.moderation.spam_training import learn_decisions
from blog.running_lock import hold_running_lock
from blog.sources.base import Source
from blog.sources.folder.watcher import FolderWatch
from blog.sources.registry import configured_source, source_folder, source_name
from blog.sync.reading_notes import forget_notes_on_sigterm
from blog.sync.report import SyncReport
from blog.sync.run import sync, sync_changes, sync_documents
from blog.sync.state import note_worker, source_state
from blog.webhooks import deliveries

POLL_SECONDS = 0.25
NEXT_POLL_SECONDS = 1
LEARN_SECONDS = 5
BEAT_SECONDS = 15
"""How often the worker records that it is running."""
CLEANUP_SECONDS = 600
RETRY_DELAY_SECONDS = 5
MAX_DOCUMENTS = 50
"""If webhook calls name more documents than this, all documents are listed."""

log = logging.getLogger(__name__)


@click.command("worker")
def worker_command() -> None:
    """Sync, purge and send mail until Ctrl-C. `blog serve` does this by itself; another WSGI server does not."""
    # A shell that starts this in the background may have set SIGINT to be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        run()


def run() -> None:
    """Work until the process is stopped or its parent process has ended."""
    configure_logging()
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    forget_notes_on_sigterm()
    app = create_app()
    hold_running_lock(app.config["BLOG"].instance)
    with app.app_context():
        folder = source_folder(settings)
    with (
        closing_connections(app),
        FolderWatch(folder) as watch,
        notifying(app),
        sending_mail(app),
        asking_akismet(app),
        deciding(app),
    ):
        parent = parent_process()
        worker = Worker(app, watch)
        while parent is None or parent.is_alive():
            worker.work()
            time.sleep(POLL_SECONDS)


class Worker:
    """Runs the tasks that are due. ``watch`` reports changed files of a folder source."""

    def __init__(self, app: Flask, watch: FolderWatch) -> None:
        self._app = app
        self._watch = watch
        self._not_before = 0.0
        """When to continue after a failure, on the monotonic clock."""
        self._next_poll = 0.0
        self._next_beat = 0.0
        self._next_learn = 0.0
        self._next_cleanup = 0.0
        self._trouble = ""

    def work(self) -> None:
        """Run all tasks that are due. A failure is logged once, and the work is tried again a little later."""
        if time.monotonic() < self._not_before:
            return
        with self._app.app_context():
            try:
                self._process_deliveries()
                self._follow_folder()
                self._poll()
            except OperatorError as error:
                self._wait(str(error), min(settings.sync_seconds, 60))
            except OSError as error:
                self._wait(f"{error.filename or 'A file'} cannot be used ({error.strerror}).")
            except SQLAlchemyError as error:
                self._wait(f"{error_sentence(error)} {remedy(error)}".rstrip())
            except Exception:
                log.exception("Unexpected error in the worker; the worker tries again")
                self._wait("")
            else:
                self._trouble = ""

    def _wait(self, trouble: str, seconds: float = RETRY_DELAY_SECONDS) -> None:
        if trouble != self._trouble:
            log.warning("%s", trouble)
        self._trouble = trouble
        self._not_before = time.monotonic() + seconds

    def _process_deliveries(self) -> None:
        waiting_deliveries = deliveries.waiting()
        if not waiting_deliveries:
            return
        named = {delivery.source_id for delivery in waiting_deliveries if delivery.source_id is not None}
        is_for_all = len(named) > MAX_DOCUMENTS or any(delivery.source_id is None for delivery in waiting_deliveries)
        # Finished only after the sync: if the worker is killed meanwhile, the next one repeats it. A call that arrives
        # during the sync is not in the list, so it causes another sync.
        self._sync(_sync_all if is_for_all else lambda source: sync_documents(source, sorted(named)))
        deliveries.finish(waiting_deliveries)

    def _follow_folder(self) -> None:
        changed = self._watch.changed()
        if changed is None:
            return
        try:
            self._sync(lambda source: sync_documents(source, changed) if changed else _sync_all(source))
        except BaseException:
            # changed() reports each change only once, and it is not known which documents the sync has read.
            self._watch.mark_all_changed()
            raise

    def _poll(self) -> None:
        if time.monotonic() < self._next_poll:
            return
        self._next_poll = time.monotonic() + NEXT_POLL_SECONDS
        if time.monotonic() > self._next_beat:
            self._next_beat = time.monotonic() + BEAT_SECONDS
            note_worker(source_name(settings))
        if time.monotonic() > self._next_learn:
            self._next_learn = time.monotonic() + LEARN_SECONDS
            learn_decisions()
        if time.monotonic() > self._next_cleanup:
            self._next_cleanup = time.monotonic() + CLEANUP_SECONDS
            delete_expired()
        state = source_state(source_name(settings))
        if _is_over(state.listed_at, timedelta(minutes=settings.full_sync_minutes)):
            self._sync(_sync_all)
        elif source_folder(settings) is None and _is_over(state.asked_at, timedelta(seconds=settings.sync_seconds)):
            self._sync(sync_changes)

    def _sync(self, how: Callable[[Source], SyncReport]) -> None:
        with configured_source(settings) as source:
            _log_report(how(source))


def _sync_all(source: Source) -> SyncReport:
    """Sync everything. The first sync shows its progress, because it may take long."""
    if source_state(source.name).listed_at is not None:
        return sync(source)
    with ProgressDisplay(partial(log.info, "%s")) as progress:
        return sync(source, on_progress=progress)


def _is_over(since: datetime | None, pause: timedelta) -> bool:
    return since is None or utc_now() - since > pause


def _log_report(report: SyncReport) -> None:
    """Log the report of a sync, if it changed something."""
    if report.is_news:
        for line in report.lines(only_news=True):
            log.info("%s", line)
