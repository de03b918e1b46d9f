"""SQL statements that are compiled only once for all engines of a test run."""

from typing import Any

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
