"""Fixtures for all tests: a blog on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from secrets import token_urlsafe

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog import create_app
from blog.application import Blog
from blog.config import Settings
from blog.extensions import db
from blog.moderation import passwords
from tests.support import run_end, shared
from tests.support.applications import using
from tests.support.clients import OutsideClient
from tests.support.compiled_templates import read_templates_once
from tests.support.guards import Guard
from tests.support.instances import migrate, migrated_database, share_compiled_templates
from tests.support.kept_connections import close_kept_connections, keep_connections
from tests.support.open_connections import left_open
from tests.support.postgresql import Cluster, EmptiedDatabase
from tests.support.processes import forking
from tests.support.routing import CompiledOnce
from tests.support.servers import BLOG
from tests.support.statements import share_statements
from tests.support.static_files import share_static_files
from tests.support.temporary_files import keep_in_memory

# Images of containers often keep Python from storing its bytecode. Then every process that a test starts would compile
# all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

keep_in_memory()

# How long one example takes depends on how busy the machine is, so it is not what these tests are about.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")


RUN_GUARD = pytest.StashKey[Guard]()
"""Does the work of :func:`pytest_unconfigure` if the run is killed."""


def pytest_configure(config: pytest.Config) -> None:
    # If a shell starts the run in the background, the run ignores Ctrl-C, and so do all processes that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        shared.create_folder()
        config.stash[RUN_GUARD] = Guard(sys.executable, "-m", run_end.__name__)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start one worker more than there are processors, because some wait for a server, a clock or a time limit."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and remove what the processes of this run share, when its workers have ended."""
    if hasattr(config, "workerinput"):
        return
    config.stash[RUN_GUARD].release()
    run_end.clean_up()


def pytest_collection_finish() -> None:
    """Let the garbage collector skip what exists now, since a scan of it takes longer than many a test.

    From then on, it starts at every 100 000 new objects instead of 700, since a test leaves little garbage behind.
    """
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()


Blog.url_rule_class = CompiledOnce
keep_connections()

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
QUICK_UNUSABLE_HASH = QUICK_HASHER.hash(token_urlsafe())
is_common_once = cache(passwords.is_common)

pytest_plugins = ["tests.support.content_fixtures"]


@pytest.fixture(scope="session", autouse=True)
def forked_commands() -> Iterator[None]:
    """Start the ``blog`` command by forks, which takes a fifth of the time; :func:`not_forking` starts it anew."""
    with forking(BLOG):
        yield


@pytest.fixture(autouse=True)
def closed_connections() -> Iterator[None]:
    """Fail a test that leaves a connection to SQLite open. It ends last, because all other fixtures begin after it."""
    yield
    assert left_open() == [], "close the application with tests.support.applications"


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the least work, unless the test is ``slow_passwords``, and judge each password only once."""
    monkeypatch.setattr(passwords, "is_common", is_common_once)
    if request.node.get_closest_marker("slow_passwords") is None:
        monkeypatch.setattr(passwords, "HASHER", QUICK_HASHER)
        monkeypatch.setattr(passwords, "UNUSABLE_HASH", QUICK_UNUSABLE_HASH)


@pytest.fixture(scope="session")
def postgresql() -> Cluster:
    """A temporary PostgreSQL server with a socket in its folder; all workers share it."""
    return Cluster.at(shared.made_once("postgresql", lambda: str(Cluster.start().folder)))


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """An empty, migrated database file."""
    return migrated_database()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Cluster) -> str:
    """The name of an empty, migrated database."""

    def make() -> str:
        url = postgresql.create("template_blog")
        migrate(Settings(instance=shared.folder() / "postgresql_instance", database_url=url))
        close_kept_connections()  # a database with open connections cannot be copied
        return "template_blog"

    return shared.made_once("postgresql_template", make)


@pytest.fixture(scope="session")
def renew_postgresql(postgresql: Cluster, postgresql_template: str) -> Iterator[Callable[[], str]]:
    """Empty the database of this worker; the function returns its URL."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with closing(EmptiedDatabase(postgresql, name, postgresql_template)) as database:
        yield database.renew
    close_kept_connections()


@pytest.fixture
def dead_dns(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Names cannot be looked up: the resolver never answers."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60))
    yield
    over.set()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database; each test that uses it runs on each kind, unless it is marked ``only_on``."""
    only = request.node.get_closest_marker("only_on")
    if only and request.param != only.args[0]:
        pytest.skip(f"only on {only.args[0]}: {only.kwargs['reason']}")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "blog.sqlite3")
        return f"sqlite:///{tmp_path / 'blog.sqlite3'}"
    renew: Callable[[], str] = request.getfixturevalue("renew_postgresql")
    return renew()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of the test's blog; a test module may override this fixture with ``dataclasses.replace``."""
    instance = tmp_path / "instance"
    instance.mkdir()
    share_compiled_templates(instance)
    return Settings(instance=instance, database_url=database_url, title="A Test Blog", page_cache_mb=0)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The test's blog, with an application context around the test itself."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = OutsideClient
    share_static_files(app)
    read_templates_once(app)
    with using(app):
        share_statements(db.engine)
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
