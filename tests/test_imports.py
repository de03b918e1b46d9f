"""What a process imports. Each process of the blog pays for its imports, so it leaves out what it does not need."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blog.cli.commands import cli
from blog.config import Settings
from blog.lazy_command import LazyCommand
from tests.support.applications import opened
from tests.support.factories import make_article

COMMAND = "import sys; from blog.cli import main; sys.argv = ['blog', {!r}]\ntry: main()\nexcept SystemExit: pass"
FIRST_START = """
from contextlib import nullcontext
from blog.cli import serve
serve.serve_pages, serve.background_worker, serve.check_port = print, nullcontext, print
""" + COMMAND.format("serve")
START = "from blog import create_app; client = create_app().test_client()"
REQUESTS = """
for path in ("/", "/articles/on-tea", "/tags/", "/feed.xml", "/search?q=tea", "/nowhere", "/moderation/login"):
    assert client.get(path).status_code in {200, 404}
comment = {"name": "Bea", "email": "b@example.org", "website": "", "nickname": "", "body": "Lovely *tea*."}
answer = client.post("/articles/on-tea/comments", data=comment, headers={"Sec-Fetch-Site": "same-origin"})
assert answer.status_code == 303
"""
APPLICATION = {"alembic", "blog.factory", "httpx", "PIL", "psycopg", "sqlalchemy"}


@pytest.mark.parametrize(
    ("program", "unneeded"),
    [
        ("import blog", {"flask", *APPLICATION}),
        ("import blog.markup", {"flask", *APPLICATION}),
        ("import blog.cli", {"flask", *APPLICATION}),
        ("import blog.sync.worker_pool, blog.sync.prepare", APPLICATION - {"PIL"}),
        (COMMAND.format("--version"), APPLICATION),
        (COMMAND.format("--help"), APPLICATION),
        ("import blog.cli.serve", {"alembic", "cryptography", "httpx", "joserfc", "psycopg"}),
        (FIRST_START, {"alembic", "cryptography", "httpx", "joserfc", "psycopg", "zxcvbn"}),
        (START, {"alembic", "cryptography", "granian", "httpx", "joserfc", "psycopg", "redis", "webauthn", "yaml"}),
    ],
    ids=["package", "markup", "cli", "helper of a sync", "version", "help", "serve", "first start", "application"],
)
def test_a_process_imports_only_what_it_needs(program: str, unneeded: set[str], tmp_path: Path) -> None:
    assert imported(program, tmp_path).isdisjoint(unneeded)


def imported(program: str, folder: Path) -> set[str]:
    """The names of all modules that ``program`` has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print(); print(*sys.modules)"],
        cwd=folder, env={"BLOG_INSTANCE": str(folder / "instance")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def test_no_reader_waits_for_an_import(tmp_path: Path, sqlite_template: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    shutil.copy(sqlite_template, instance / "blog.sqlite3")
    with opened(Settings(instance=instance)):
        make_article("On Tea", tags=("Tea",))
    before = imported(START, tmp_path)
    later = imported(START + REQUESTS, tmp_path) - before
    packages = {name.partition(".")[0] for name in before} | sys.stdlib_module_names
    assert {name for name in later if name.startswith("blog.") or name.partition(".")[0] not in packages} == set()


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_help_of_a_command_begins_as_the_list_of_commands_says(name: str) -> None:
    command = cli.commands[name]
    assert isinstance(command, LazyCommand)
    own = command.load()
    assert (own.short_help or own.help or "").startswith(command.get_short_help_str(200).removesuffix("."))
