"""The Nu HTML checker (https://validator.github.io/validator/) on a page of every kind: ``make nu``.

The blog is served by this program, with the demo articles, comments and a moderator. Every page is checked as a browser
gets it. The exit status is 1 where there is an error.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import httpx

from tests.support.browsers import article_addresses
from tests.support.clients import PASSWORD, Forms
from tests.support.page_kinds import MODERATOR, RICH_ARTICLE, PageKind, furnish
from tests.support.servers import Served, served

CHECK_SECONDS = 300
LANGUAGES = ("en", "ar")


class Checked(NamedTuple):
    """A page as it was received, and its name."""

    name: str
    html: str


def main(folder: Path) -> int:
    """Print every error that the checker in ``folder`` finds; return the exit status."""
    pages = [page for language in LANGUAGES for page in _served_pages(language)]
    errors = _errors(folder, pages)
    for error in errors:
        click.echo(error)
    click.echo(f"{len(pages)} pages, {len(errors) or 'no'} errors")
    return 1 if errors else 0


def _served_pages(language: str) -> list[Checked]:
    with (
        tempfile.TemporaryDirectory() as instance,
        served(Path(instance), BLOG_LANGUAGE=language, BLOG_COMMENT_RATE="1000 per minute") as blog,
    ):
        return [Checked(f"{page.name} ({language})", page.html) for page in _pages(blog)]


def _pages(blog: Served) -> Iterator[Checked]:
    kinds = furnish(blog)
    with httpx.Client(base_url=blog.url, trust_env=False) as client:
        yield from (_page(client, kind) for kind in kinds if not kind.is_moderators)
        yield from (
            Checked(address, client.get(address).raise_for_status().text) for address in article_addresses(blog)
        )
        yield Checked("a refused comment", blog.post(f"{RICH_ARTICLE}/comments", name="").text)
        yield Checked("a refused sign-in", _sign_in(client, "wrong"))
        _sign_in(client, PASSWORD)
        yield from (_page(client, kind) for kind in kinds if kind.is_moderators)


def _page(client: httpx.Client, kind: PageKind) -> Checked:
    answer = client.get(kind.address)
    assert answer.status_code == kind.status, f"{kind.address} answered {answer.status_code}"
    return Checked(kind.address, answer.text)


def _sign_in(client: httpx.Client, password: str) -> str:
    """The page with the result of the attempt."""
    form = next(form for form in Forms(client.get("/moderation/login").text).found if "password" in form.fields)
    fields = form.fields | {"name": MODERATOR, "password": password}
    return client.post(form.action, data=fields, follow_redirects=True).text


def _errors(folder: Path, pages: list[Checked]) -> list[str]:
    """The checker's errors, one line each, with the page's name in place of the file's."""
    with tempfile.TemporaryDirectory() as place:
        names = {Path(place) / f"{number}.html": page for number, page in enumerate(pages)}
        for path, page in names.items():
            path.write_text(page.html, encoding="utf-8")
        jar = str(folder / "node_modules/vnu-jar/build/dist/vnu.jar")
        command = ["java", "-Xss4m", "-jar", jar, "--errors-only", "--exit-zero-always", "--format", "json", "--stdout"]
        done = subprocess.run([*command, *names], capture_output=True, timeout=CHECK_SECONDS, check=True)
        found: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
        return [
            f"{names[Path(error['url'].removeprefix('file:'))].name}:{error.get('lastLine', '?')}: {error['message']}"
            for error in found
        ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
