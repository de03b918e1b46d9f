"""Presses Ctrl-C while SQLAlchemy rolls back, which takes too short a time to hit it from outside.

The process of the blog runs this file before its command, if it was started with :data:`RUN_FIRST`.
"""

from sqlalchemy import event
from sqlalchemy.pool import Pool

RUN_FIRST = {"RUN_FIRST": __file__}


def interrupt(*_: object) -> None:
    """Do what Python does at Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    event.listen(Pool, "reset", interrupt)
