"""The theme of the application, and the functions that render pages and snippets with it.

A theme is a folder with ``templates/`` and ``static/``, whose files override the built-in ones.
"""

from pathlib import Path
from typing import cast

from flask import Flask, current_app
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from blog.config import Settings
from blog.errors import OperatorError
from blog.paths import TEMPLATES, THEMES
from blog.theming.rendering import Theme


class ThemeUnusable(OperatorError):
    """The theme's folder cannot be read at all."""


def init_app(app: Flask, settings: Settings) -> None:
    """Set up the theme of ``app`` and the template globals ``snippet()`` and ``site_snippet()``.

    :raises ThemeUnusable: the theme's folder cannot be read.
    """
    theme = Theme(app.jinja_env)
    if settings.theme is not None:
        theme.folder = _readable(settings.theme)
    if theme.folder is not None and (theme.folder / "templates").is_dir():
        loaders = [FileSystemLoader(theme.folder / "templates"), FileSystemLoader(TEMPLATES)]
        # An overlay shares filters and globals with the built-in environment, and differs in its loader only. It
        # reloads changed files, so that an edited theme shows without a restart.
        theme.own = app.jinja_env.overlay(loader=ChoiceLoader(loaders), auto_reload=True)
    app.extensions["theme"] = theme
    app.jinja_env.globals |= {"snippet": snippet, "site_snippet": site_snippet}


def _readable(folder: Path) -> Path:
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise ThemeUnusable(
            f"The theme {folder} cannot be read ({error.strerror}). Set BLOG_THEME to a folder that can be read, "
            f"or to a theme that ships ({', '.join(shipped())}), or leave it out."
        ) from error
    return folder


def shipped() -> list[str]:
    """Return the names of the themes that come with the program."""
    return sorted(path.name for path in THEMES.iterdir() if path.is_dir())


def current() -> Theme:
    """Return the current application's theme."""
    return cast("Theme", current_app.extensions["theme"])


def render(template: str, **context: object) -> str:
    """Render the page ``template`` with ``context`` and with the application's context processors."""
    current_app.update_template_context(context)
    return current().page(template, context)


def snippet(name: str, **context: object) -> Markup:
    """Render a snippet within a template, as in ``{{ snippet("tags", article=article) }}``."""
    return current().snippet(name, context)


def site_snippet(name: str, **context: object) -> Markup:
    """Render a snippet that is the same on every page, as in ``{{ site_snippet("footer") }}``, only once."""
    return current().site_snippet(name, context)
