"""Reads the process's environment together with the ``.env`` file."""

import logging
import os
from collections.abc import Iterator, Mapping
from functools import cache as once
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

ENV_FILE = Path(".env")

log = logging.getLogger(__name__)
# dotenv's own warnings come at each reading and do not name the file, so environment() logs its own.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)


def environment() -> Mapping[str, str]:
    """Return the process's environment merged with a ``.env`` file in the working folder; the environment wins."""
    for line in _unreadable_lines():
        _warn_of(line)
    return {name: value for name, value in dotenv_values(ENV_FILE).items() if value is not None} | os.environ


def _unreadable_lines() -> Iterator[int]:
    if ENV_FILE.is_file():
        with ENV_FILE.open(encoding="utf-8") as file:
            yield from (binding.original.line for binding in parse_stream(file) if binding.error)


@once
def _warn_of(line: int) -> None:
    log.warning("%s, line %d, cannot be read and is ignored. Write it as NAME=value.", ENV_FILE.absolute(), line)
