"""SQL statements that are compiled only once for all engines of a test run."""

from typing import Any

import sqlalchemy
from sqlalchemy import Dialect, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.util import LRUCache

_dialects: dict[str, Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(2_000)


def share_statements(engine: Engine) -> None:
    """Let ``engine`` use the statements that engines of the same kind have compiled.

    Every test has its own engine; compiling all statements again would take a sixth of the time of all tests.
    """
    if engine.name not in _dialects:
        try:
            engine.connect().close()  # this is when a dialect asks the server for its version
        except SQLAlchemyError:
            return  # a test of a database that cannot be opened
        _dialects[engine.name] = engine.dialect
    engine.dialect = _dialects[engine.name]
    engine.update_execution_options(compiled_cache=_compiled)


def share_with_new_engines() -> None:
    """Share the statements with each new engine of a kind that is known by then, from its creation on."""
    create = sqlalchemy.engine_from_config

    def create_sharing(*args: Any, **options: Any) -> Engine:  # noqa: ANN401 - as SQLAlchemy takes them
        engine = create(*args, **options)
        if engine.name in _dialects:
            share_statements(engine)
        return engine

    sqlalchemy.engine_from_config = create_sharing
