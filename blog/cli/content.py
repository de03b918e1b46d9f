"""``blog sync``, ``preview``, ``source`` and ``media``: content, from its source to the images that are stored."""

import click
from flask.cli import AppGroup, with_appcontext

from blog.cli.progress import ProgressDisplay
from blog.config import settings
from blog.content import preview_links
from blog.sources.registry import configured_source
from blog.sync import prune_media as media_pruning
from blog.sync.check import check_source
from blog.sync.reading_notes import forget_notes_on_sigterm
from blog.sync.report import counted
from blog.sync.run import sync


@click.command("sync")
@click.option("--full", is_flag=True, help="Also read documents that seem unchanged or were set aside.")
@click.option("--confirm-withdrawals", is_flag=True, help="Withdraw all articles that the source no longer has.")
@click.option("--confirm-source", is_flag=True, help="Let this source replace the one that the articles came from.")
@with_appcontext
def sync_command(full: bool, confirm_withdrawals: bool, confirm_source: bool) -> None:
    """Pull content from the source once and print the report."""
    forget_notes_on_sigterm()
    with configured_source(settings) as source, ProgressDisplay() as progress:
        report = sync(
            source,
            full=full,
            confirm_withdrawals=confirm_withdrawals,
            confirm_source=confirm_source,
            on_progress=progress,
        )
    for line in report.lines():
        click.echo(line)


@click.command("preview")
@click.argument("slug", required=False)
@click.option("--days", type=click.IntRange(1, 365), help="How long the links work; BLOG_PREVIEW_DAYS if left out.")
@with_appcontext
def preview_command(slug: str | None, days: int | None) -> None:
    """Print preview links to drafts and scheduled articles, or to the one with this slug."""
    found = preview_links.unpublished(days, slug)
    for piece in found:
        click.echo(f"{piece.title}\t{'draft' if piece.is_draft else 'scheduled'}\t{piece.preview}")
    if not found:
        raise preview_links.NoDraft(slug)


@click.group("source", cls=AppGroup)
def source_group() -> None:
    """Check the source of content."""


@source_group.command("check")
@click.option("--all", "is_for_all", is_flag=True, help="Show the result for every document, one line each.")
def check_source_command(is_for_all: bool) -> None:
    """Show what one document of the source becomes, and what the source does not provide. Nothing is stored."""
    with configured_source(settings) as source:
        for line in check_source(source, is_for_all=is_for_all):
            click.echo(line)


@click.group("media", cls=AppGroup)
def media_group() -> None:
    """Maintain the images of articles."""


@media_group.command("prune")
@click.option("--dry-run", is_flag=True, help="Only list the images that would be removed.")
@click.option("--days", default=1, show_default=True, type=click.IntRange(1), help="Keep images of the last days.")
def prune_media(dry_run: bool, days: int) -> None:
    """Remove images that no article and no draft uses any more."""
    found = media_pruning.unused(days) if dry_run else media_pruning.prune(days)
    for file in found:
        click.echo(f"{file.path.name}\t{file.size / 1000:.0f} kB")
    megabytes = sum(file.size for file in found) / 1_000_000
    total = f"{'Would be removed' if dry_run else 'Removed'}: {counted(len(found), 'file')}, {megabytes:.1f} MB."
    click.echo(total if found else "No image is unused.")
