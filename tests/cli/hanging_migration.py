"""A migration that hangs when it has changed everything, just before it commits.

The process of the blog runs this file before its command, if it was started with :data:`RUN_FIRST`.
"""

import time
from multiprocessing import parent_process
from pathlib import Path

from sqlalchemy import Engine, event

RUN_FIRST = {"RUN_FIRST": __file__}
SIGN = "migration-hangs"
"""The file in the working folder that shows that the migration has come so far."""


def hang(*_: object) -> None:
    """Hang in the process that migrates."""
    if parent_process() is not None:
        Path(SIGN).touch()
        time.sleep(60)


if __name__ == "__main__":
    event.listen(Engine, "commit", hang)
