"""``blog theme``: starts a theme."""

from pathlib import Path

import click

from blog.theming import scaffold


@click.group("theme")
def theme_group() -> None:
    """Create a theme of your own."""


@theme_group.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
def new_theme(folder: Path) -> None:
    """Write the files of a new theme into FOLDER, which must be new or empty."""
    for path in scaffold.create_theme(folder):
        click.echo(path)
    click.echo(f"It looks like the built-in theme until you change it. Use it with: BLOG_THEME={folder}")
