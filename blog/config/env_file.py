"""Reads the process's environment together with the ``.env`` file."""

import logging
import os
from collections.abc import Mapping
from functools import cache as once
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from blog.errors import OperatorError

ENV_FILE = Path(".env")

log = logging.getLogger(__name__)
# dotenv's own warnings come at each reading and do not name the file, so environment() logs its own.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)


class EnvFileUnreadable(OperatorError):
    """The ``.env`` file cannot be read, or is not UTF-8."""


def environment() -> Mapping[str, str]:
    """Return the process's environment merged with a ``.env`` file in the working folder; the environment wins.

    :raises EnvFileUnreadable: there is such a file, but it cannot be read.
    """
    text = _env_text()
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            _warn_of(binding.original.line)
    values = dotenv_values(stream=StringIO(text))
    return {name: value for name, value in values.items() if value is not None} | os.environ


def _env_text() -> str:
    """Return the text of the ``.env`` file; empty if there is no such file."""
    try:
        # Editors on Windows may begin a file with a byte order mark, which would become a part of the first name.
        return ENV_FILE.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        return ""
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise EnvFileUnreadable(f"{ENV_FILE.absolute()}, line {line}, is not UTF-8. Save the file as UTF-8.") from error
    except OSError as error:
        what = f"{ENV_FILE.absolute()} cannot be read ({error.strerror})."
        raise EnvFileUnreadable(f"{what} Make it readable for this user.") from error


@once
def _warn_of(line: int) -> None:
    log.warning("%s, line %d, cannot be read and is ignored. Write it as NAME=value.", ENV_FILE.absolute(), line)
