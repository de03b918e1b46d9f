"""How the program logs: to standard error, each line with its time and level."""

import logging

FORMAT = "[%(asctime)s] %(levelname)s in %(module)s: %(message)s"
"""Flask's own format, in which it would log as soon as a view raises an error."""


def configure_logging() -> None:
    """Log what the program and its libraries report, in one format. Each process calls this first.

    If a server that runs the application has configured logging already, nothing is changed.
    """
    handler = logging.StreamHandler()
    handler.addFilter(_is_no_interrupt)
    logging.basicConfig(format=FORMAT, handlers=[handler])


def _is_no_interrupt(record: logging.LogRecord) -> bool:
    """A filter for the log: Ctrl-C is not an error, even where SQLAlchemy logs it as one."""
    return not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))
