"""The ``blog`` command."""

import sys
from io import TextIOWrapper

from blog.garbage_collection import collector_paused
from blog.logging_config import configure_logging


def main() -> None:
    """Run the command; print an ``OperatorError`` as one line and exit with status 2.

    The processes that a command spawns import this file again, so it imports the commands only here.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # in a Latin-1 locale, a title may have signs that cannot be shown
    configure_logging()
    try:
        with collector_paused():
            from blog.cli.commands import cli  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit("Aborted!")  # as Click says it once the command runs

    try:
        cli(prog_name="blog")
    except Exception as error:
        from blog.cli.failures import exit_with_reason  # noqa: PLC0415 - needs SQLAlchemy, which slows every start

        exit_with_reason(error)
        raise
