"""What a process imports. Each process of the blog pays for its imports, so it leaves out what it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from blog.cli.commands import cli
from blog.late_command import LateCommand

COMMAND = "import sys; from blog.cli import main; sys.argv = ['blog', {!r}]\ntry: main()\nexcept SystemExit: pass"
APPLICATION = {"alembic", "blog.factory", "httpx", "PIL", "psycopg", "sqlalchemy"}


@pytest.mark.parametrize(
    ("program", "unneeded"),
    [
        ("import blog", {"flask", *APPLICATION}),
        ("import blog.markup", {"flask", *APPLICATION}),
        ("import blog.cli", {"flask", *APPLICATION}),
        ("import blog.sync.worker_pool, blog.sync.attempt", APPLICATION - {"PIL"}),
        (COMMAND.format("--version"), APPLICATION),
        (COMMAND.format("--help"), APPLICATION),
        ("import blog.cli.serve", {"alembic", "httpx", "joserfc", "psycopg"}),
        (
            "from blog import create_app; create_app()",
            {"alembic", "granian", "httpx", "joserfc", "psycopg", "redis", "webauthn", "yaml"},
        ),
    ],
    ids=["package", "markup", "cli", "helper of a sync", "version", "help", "serve", "application"],
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


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_help_of_a_command_begins_as_the_list_of_commands_says(name: str) -> None:
    command = cli.commands[name]
    assert isinstance(command, LateCommand)
    own = command.load()
    assert (own.short_help or own.help or "").startswith(command.get_short_help_str(200).removesuffix("."))
