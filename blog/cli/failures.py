"""Explains in one line why a command has failed."""

import sys

import click
from sqlalchemy.exc import DBAPIError

from blog.database_errors import error_sentence, remedy
from blog.errors import OperatorError

INTERRUPTED = 130
"""The exit status after Ctrl-C."""


def exit_with_reason(error: Exception) -> None:
    """Print an error that the operator can fix as one line and exit with status 2; do nothing about other errors."""
    if isinstance(error, OperatorError):
        line = str(error)
    elif isinstance(error, DBAPIError):
        line = f"{error_sentence(error)} {remedy(error)}".rstrip()
    else:
        return
    click.echo(f"blog: {line}", err=True)
    sys.exit(2)
