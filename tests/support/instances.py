"""What a start of a blog would make in its instance folder, made once a run and copied for each test."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade

from blog.config import Settings
from blog.moderation import accounts
from blog.sources.registry import DEMO_SOURCE, configured_source
from blog.sync.run import sync
from blog.theming.jinja_environment import FOLDER as COMPILED_TEMPLATES
from tests.support import shared
from tests.support.applications import opened

DATABASE = "blog.sqlite3"


def migrate(settings: Settings) -> None:
    with opened(settings):
        upgrade()


def migrated_database() -> Path:
    """An empty, migrated database file."""

    def make() -> str:
        instance = shared.folder() / "sqlite"
        migrate(Settings(instance=instance))
        return _closed_database(instance)

    return Path(shared.made_once("sqlite_template", make))


def served_instance() -> Path:
    """An instance folder with a migrated database that has its first moderator, and with nothing that is secret."""

    def fill() -> None:
        assert accounts.ensure_first() is not None

    return Path(shared.made_once("served_instance", lambda: _instance("served", migrated_database(), fill)))


def demo_instance() -> Path:
    """The same with the demo articles and their images."""

    def fill() -> None:
        with configured_source(current_app.config["BLOG"]) as source:
            assert sync(source).rejected == []

    return Path(shared.made_once("demo_instance", lambda: _instance("demo", served_instance() / DATABASE, fill)))


def _instance(name: str, database: Path, fill: Callable[[], None]) -> str:
    """An instance folder with a copy of ``database``, which ``fill`` changes."""
    instance = shared.folder() / name
    instance.mkdir(mode=0o700)
    shutil.copy(database, instance / DATABASE)
    with opened(Settings(instance=instance)):
        fill()
    _closed_database(instance)
    (instance / "secret_key").unlink()
    return str(instance)


def _closed_database(instance: Path) -> str:
    """The database file of ``instance`` when it holds all that was written."""
    with closing(sqlite3.connect(instance / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(instance / DATABASE)


def share_compiled_templates(instance: Path) -> None:
    """Let a blog use the templates that others have compiled, because that takes longer than most tests."""
    compiled = shared.folder() / COMPILED_TEMPLATES
    compiled.mkdir(exist_ok=True)
    (instance / COMPILED_TEMPLATES).symlink_to(compiled)


def prepare(settings: Settings) -> None:
    """Save a blog what it does at its first start: migrate, add a moderator, and sync if its source is the demo.

    A database server is left as it is, and so is an instance folder that exists.
    """
    if settings.database_url is not None or settings.instance.exists() or not settings.local_login:
        return
    is_demo = settings.source == DEMO_SOURCE and settings.timezone == Settings().timezone
    shutil.copytree(demo_instance() if is_demo else served_instance(), settings.instance)
    share_compiled_templates(settings.instance)
