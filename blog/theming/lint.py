"""Finds faults in a theme without rendering a page, for ``blog doctor``."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from blog.paths import STATIC
from blog.theming import assets, stylesheets, theme
from blog.theming.stylesheets import Stylesheet
from blog.theming.theme import Fault, Theme

PARTS = ("static", "templates", "translations")
TOKENS = "css/10-tokens.css"


def note_faults() -> None:
    """Look at every file of the current application's theme, and note what is wrong with the theme's faults."""
    present = theme.current()
    if present.folder is None:
        return
    for fault in [*_stray(present.folder), *_templates(present), *_stylesheets(present.folder / "static")]:
        present.note(fault)


def _stray(folder: Path) -> Iterator[Fault]:
    """Folders in which nobody looks."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in PARTS and not path.name.startswith("."):
            yield Fault(str(path), 1, f"is not used; a theme has {', '.join(PARTS)}")


def _templates(present: Theme) -> Iterator[Fault]:
    """Templates that do not compile, though no page may have wanted them yet."""
    if present.own is None or present.folder is None:
        return
    for path in sorted((present.folder / "templates").rglob("*.html")):
        name = path.relative_to(present.folder / "templates").as_posix()
        try:
            present.own.get_template(name)
        except Exception as error:
            yield present.fault(error, name)


def _stylesheets(folder: Path) -> Iterator[Fault]:
    """What the theme's stylesheets set and name in vain."""
    files = assets.current().files
    sheets = {path: stylesheets.read(path.read_text("utf-8")) for path in assets.current().stylesheets.values()}
    own = {path: sheet for path, sheet in sheets.items() if path.is_relative_to(folder)}
    used = set[str]().union(*(sheet.used for sheet in sheets.values()))
    to_darken = _dark(stylesheets.read((STATIC / TOKENS).read_text("utf-8"))) - set[str]().union(
        *map(_dark, own.values())
    )
    for path, sheet in own.items():
        faults = [*_in_vain(sheet, used), *_for_light_alone(sheet, to_darken), *_addresses(sheet, set(files))]
        yield from (Fault(str(path), line, what) for line, what in faults)


def _dark(sheet: Stylesheet) -> set[str]:
    """The custom properties that have a value of their own in the dark."""
    return {property_.name for property_ in sheet.properties if property_.is_dark}


def _in_vain(sheet: Stylesheet, used: set[str]) -> Iterator[tuple[int, str]]:
    for name, _, line, _ in sheet.properties:
        if name not in used:
            nearest = get_close_matches(name, used, 1)
            yield line, f"{name} is used nowhere" + (f"; did you mean {nearest[0]}?" if nearest else "")


def _for_light_alone(sheet: Stylesheet, to_darken: set[str]) -> Iterator[tuple[int, str]]:
    for name, _, line, _ in sheet.properties:
        if name in to_darken:
            yield line, f"{name} is the same in the dark; set it under @media (prefers-color-scheme: dark) as well"


def _addresses(sheet: Stylesheet, files: set[str]) -> Iterator[tuple[int, str]]:
    """Addresses from which the browser gets nothing."""
    for line, address in sheet.addresses:
        parts = urlsplit(address)
        if parts.scheme == "data" or not (parts.netloc or parts.path):
            continue
        if parts.scheme or parts.netloc:
            yield line, f"{address} is on another host, which the Content-Security-Policy forbids; put it into static/"
        elif not parts.path.startswith("/") and _resolved(parts.path) not in files:
            yield line, f"there is no {address}; addresses begin at static/css/"


def _resolved(path: str) -> str:
    """The name of the file that ``path`` leads to from the one stylesheet, ``css/site.css``."""
    steps: list[str] = ["css"]
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)
