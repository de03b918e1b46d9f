"""A blog server: articles from a headless CMS or a folder, comments that a moderator decides on."""

import logging
import os
from collections.abc import Iterator, Mapping
from functools import cache as once
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from flask import Flask

from blog import (
    articles,
    cache,
    comments,
    errors,
    extensions,
    forms,
    headers,
    health,
    i18n,
    instance,
    media,
    models,
    moderation,
    request_checks,
    webhooks,
)
from blog.application import Blog
from blog.config import Settings
from blog.content.cache_keys import scheduled_keys
from blog.paths import TEMPLATES
from blog.theming import assets, site, theme
from blog.theming import environment as templates

__all__ = ["create_app", "environment", "models"]

ENV_FILE = Path(".env")

log = logging.getLogger(__name__)
# It warns at each reading, and without the name of the file; environment() does better.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application. Without ``settings``, they are read from the environment and ``.env``.

    :raises blog.errors.OperatorError: a setting, the instance folder or the theme cannot be used.
    """
    settings = settings or Settings.from_environment(environment())
    app = Blog(__name__, static_folder=None, template_folder=str(TEMPLATES))
    instance.init_app(app, settings)
    templates.init_app(app, settings)
    request_checks.init_app(app)
    extensions.init_app(app, settings)
    site.init_app(app, settings)
    theme.init_app(app, settings)
    i18n.init_app(app, settings)
    assets.init_app(app, settings)
    headers.init_app(app)
    errors.init_app(app, theme.render, forms.typed_form)
    media.init_app(app)
    webhooks.init_app(app)
    comments.init_app(app)
    articles.init_app(app)
    moderation.init_app(app)
    app.register_blueprint(health.blueprint)
    cache.init_app(app, settings, scheduled_keys(settings.comments_close_days))
    request_checks.check_hosts(app)
    app.wsgi_app = instance.trust_proxies(app.wsgi_app, settings)  # type: ignore[method-assign,assignment]
    return app


def environment() -> Mapping[str, str]:
    """The process's environment, with what a ``.env`` file in the working folder adds to it."""
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
