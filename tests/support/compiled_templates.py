"""Compiled templates that are read from the disk only once for all applications of a test run."""

from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

_read: dict[tuple[str, str], CodeType] = {}


class ReadOnce(BytecodeCache):
    """Remembers what ``stored`` has loaded, by the key of the template and the checksum of its source."""

    def __init__(self, stored: BytecodeCache) -> None:
        self._stored = stored

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled template."""
        alike = bucket.key, bucket.checksum
        if alike in _read:
            bucket.code = _read[alike]
            return
        self._stored.load_bytecode(bucket)
        if bucket.code is not None:
            _read[alike] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a compiled template."""
        self._stored.dump_bytecode(bucket)


def read_templates_once(app: Flask) -> None:
    """Let ``app`` use the compiled templates that others have read."""
    assert app.jinja_env.bytecode_cache is not None
    app.jinja_env.bytecode_cache = ReadOnce(app.jinja_env.bytecode_cache)
