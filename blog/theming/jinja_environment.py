"""The Jinja environment: unknown names in templates are errors, and compiled templates are cached on disk."""

import hashlib
import logging
from collections.abc import Callable, MutableMapping
from functools import cache as once
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.filters import FILTERS
from jinja2.runtime import Context

from blog.config import Settings

FOLDER = "templates"
"""The folder of the compiled templates within the instance folder. It may be deleted at any time."""

CODE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
"""Part of the names of the compiled templates, because this file decides how templates are compiled: those that the
blog stored before an update may call a filter in a way that fails now."""

log = logging.getLogger(__name__)


class SiteEnvironment(Environment):
    """Flask's environment, except that a template copies the globals when it is loaded.

    Jinja looks up each global in a chain of two dictionaries, for each of the twenty snippets of a page. With a copy
    there is one dictionary; without it, an article that is not cached takes 14 % longer.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the global names of a template, merged into one dictionary."""
        return {**self.globals, **(d or {})}


class CompiledTemplates(FileSystemBytecodeCache):
    """Stores compiled templates in a folder. If that fails, it logs a warning, and templates are compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a compiled template; log a warning if it cannot be stored."""
        try:
            # Compiled templates are code that the blog runs, so nobody else may write or read them (mode 0o700).
            Path(self.directory).mkdir(mode=0o700, exist_ok=True)
            super().dump_bytecode(bucket)
        except OSError as error:
            _warn_of(self.directory, str(error.strerror))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled template; an unreadable one is reset, so that Jinja compiles the template again."""
        try:
            super().load_bytecode(bucket)
        except Exception as error:  # A broken file can raise many kinds of exception, such as EOFError or ValueError.
            log.warning("A compiled template in %s cannot be read (%s); it is compiled again.", self.directory, error)
            bucket.reset()


@once
def _warn_of(folder: str, reason: str) -> None:
    log.warning("Compiled templates cannot be stored in %s (%s).", folder, reason)


def init_app(app: Flask, settings: Settings) -> None:
    """Set the Jinja options of ``app``; call it before the first use of ``app.jinja_env``, which reads them once."""
    app.jinja_environment = SiteEnvironment
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": CompiledTemplates(str(settings.instance / FOLDER), pattern=f"{CODE}-%s.cache"),
    }


def call_filters_when_rendering(app: Flask) -> None:
    """Let templates call the blog's own filters only when they are rendered; call it after the last filter was added.

    Otherwise Jinja would call a filter of a constant, as in ``{{ "viewer"|role_name }}``, when it compiles the
    template, and the stored text would stay the same when the blog gets another language or another version.
    """
    filters = app.jinja_env.filters
    filters |= {name: _called_when_rendering(filters[name]) for name in filters.keys() - FILTERS.keys()}


def _called_when_rendering(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter ``function``, marked for Jinja as one that needs to know the page, although it does not."""

    @pass_context
    @wraps(function)
    def filter_(_context: Context, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the filter has it
        return function(*args, **kwargs)

    return filter_
