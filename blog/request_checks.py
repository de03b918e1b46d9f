"""What is true of every request before a view sees it: its address is not longer than any that exists."""

from flask import Flask, abort, request

MAX_PATH = 600
"""Characters of an address: a slug has 200, a former address 500."""


def init_app(app: Flask) -> None:
    """Check every request to ``app``. Call this before the extensions add their own checks."""
    app.before_request(refuse_long_addresses)


def refuse_long_addresses() -> None:
    """Answer 404 without looking for the address anywhere."""
    if len(request.path) > MAX_PATH:
        abort(404)
