"""``blog moderator``: the accounts of moderators."""

import sys

import click
from flask.cli import AppGroup

from blog.moderation import accounts, second_factor_setup
from blog.moderation.roles import Role

ROLES = click.Choice([str(role) for role in Role])


@click.group("moderator", cls=AppGroup)
def moderator_group() -> None:
    """Add, list and disable moderators."""


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


password_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@moderator_group.command("add")
@click.argument("name")
@click.option("--role", type=ROLES, help="moderator if left out; administrator while there is no administrator.")
@password_option
def add_moderator(name: str, role: str | None, password_stdin: bool) -> None:
    """Add an account."""
    accounts.add(name, _password(password_stdin), Role(role) if role else accounts.default_role())
    click.echo(f"{name} may now sign in at /moderation/login.")


@moderator_group.command("role")
@click.argument("name")
@click.argument("role", type=ROLES)
def change_role(name: str, role: str) -> None:
    """Change the role of an account."""
    accounts.change_role(accounts.named(name), Role(role), by=None)
    click.echo(f"{name} is {role} now.")


@moderator_group.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Remove the second factors of an account whose owner has lost them, and end its sessions."""
    second_factor_setup.reset(accounts.named(name), by=None)
    click.echo(f"{name} signs in with the password alone until a second factor is added.")


@moderator_group.command("list")
def list_moderators() -> None:
    """List the moderators, one per line."""
    for moderator in accounts.listing():
        since = f"{moderator.created_at:%Y-%m-%d}"
        status = "active" if moderator.is_active else "disabled"
        click.echo(f"{moderator.name}\t{status}\tsince {since}\t{moderator.role}")


@moderator_group.command("disable")
@click.argument("name")
def disable_moderator(name: str) -> None:
    """Disable a moderator and end their sessions; their decisions stay."""
    accounts.disable(name)
    click.echo(f"{name} can no longer sign in.")


@moderator_group.command("reset-password")
@click.argument("name")
@password_option
def reset_password(name: str, password_stdin: bool) -> None:
    """Set a new password for a moderator, end their sessions, and enable them if they were disabled."""
    accounts.reset_password(name, _password(password_stdin))
    click.echo(f"{name} has a new password; their sessions have ended.")
