"""Continues bulk decisions in a thread of the worker, because moderators may close the window."""

import logging
import time
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.background_threads import repeating
from blog.database_errors import error_sentence
from blog.moderation.bulk_batches import run_batch, running

POLL_SECONDS = 0.5
MIN_PAUSE_SECONDS = 0.05
log = logging.getLogger(__name__)


def deciding(app: Flask) -> AbstractContextManager[None]:
    """Carry out bulk decisions in a thread until the block ends."""
    return repeating("bulk decisions", POLL_SECONDS, BulkWorker().work, app)


class BulkWorker:
    """Carries out the bulk decisions that are running. An error is logged once; the next call tries again."""

    def __init__(self) -> None:
        self._trouble = ""

    def work(self) -> None:
        """Run one batch of each, again and again, until none is running or one fails."""
        try:
            trouble = ""
            while (ids := running()) and not trouble:
                trouble = " ".join(filter(None, map(_run_one, ids)))
        except SQLAlchemyError as error:
            trouble = error_sentence(error)
        if trouble and trouble != self._trouble:
            log.warning("Bulk decisions that are under way have to wait. %s", trouble)
        self._trouble = trouble


def _run_one(bulk_id: int) -> str:
    """Run a batch, then pause for as long as it took, so that others can write; return the error, if any."""
    started, trouble = time.monotonic(), ""
    try:
        run_batch(bulk_id)
    except SQLAlchemyError as error:
        trouble = error_sentence(error)
    except Exception as error:  # one bulk decision must not stop the others, nor the thread
        log.exception("Unexpected error in bulk decision %s", bulk_id)
        trouble = repr(error)
    time.sleep(max(MIN_PAUSE_SECONDS, time.monotonic() - started))
    return trouble
