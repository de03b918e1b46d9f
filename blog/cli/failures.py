"""Explains in one line why a command has failed."""

import sys

import click
from sqlalchemy.exc import DBAPIError

from blog.errors import OperatorError

INTERRUPTED = 130
"""The exit status after Ctrl-C."""


def exit_with_reason(error: Exception) -> None:
    """Print an error that the operator can fix as one line and exit with status 2; do nothing about other errors."""
    if isinstance(error, OperatorError):
        line = str(error)
    elif isinstance(error, DBAPIError):
        reason = " ".join(str(error.orig).split())
        line = f"The database reported an error ({reason}). If its tables are missing or old, run: blog db upgrade"
    else:
        return
    click.echo(f"blog: {line}", err=True)
    sys.exit(2)
