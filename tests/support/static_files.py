"""The built-in static files, read and made smaller only once for all applications of a test run."""

from flask import Flask

from blog.theming.assets import Assets

_built_in = Assets(None, note=lambda _: None)


def share_static_files(app: Flask) -> None:
    """Let ``app`` use what others have read, unless a theme changes it.

    Each application would read all files for its first page, which takes four times as long as the page itself.
    """
    if app.extensions["assets"].own is None:
        app.extensions["assets"] = _built_in
