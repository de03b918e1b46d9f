"""Finds faults in a theme without rendering a page, for ``blog doctor``."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from blog.paths import STATIC
from blog.theming import assets, stylesheets, theme
from blog.theming.faults import Fault, template_fault
from blog.theming.rendering import Theme
from blog.theming.stylesheets import Stylesheet

PARTS = ("static", "templates", "translations")
TOKENS = "css/10-tokens.css"


def note_faults() -> None:
    """Check every file of the current application's theme, and add what is wrong to the theme's faults."""
    current_theme = theme.current()
    if current_theme.folder is None:
        return
    for fault in [
        *_unused_folders(current_theme.folder),
        *_templates(current_theme),
        *_stylesheets(current_theme.folder / "static"),
    ]:
        current_theme.note(fault)


def _unused_folders(folder: Path) -> Iterator[Fault]:
    """Yield a fault for each folder that a theme does not use."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in PARTS and not path.name.startswith("."):
            yield Fault(str(path), 1, f"is not used; a theme has {', '.join(PARTS)}")


def _templates(current_theme: Theme) -> Iterator[Fault]:
    """Yield a fault for each template that does not compile, even if no page has used it yet."""
    if current_theme.own is None or current_theme.folder is None:
        return
    for path in sorted((current_theme.folder / "templates").rglob("*.html")):
        name = path.relative_to(current_theme.folder / "templates").as_posix()
        try:
            current_theme.own.get_template(name)
        except Exception as error:
            yield template_fault(error, str(path))


def _stylesheets(folder: Path) -> Iterator[Fault]:
    """Yield the faults of the theme's stylesheets: unused properties, missing dark values, addresses that fail."""
    files = assets.current().files
    sheets = {path: stylesheets.read(path.read_text("utf-8")) for path in assets.current().stylesheets.values()}
    own = {path: sheet for path, sheet in sheets.items() if path.is_relative_to(folder)}
    used = set[str]().union(*(sheet.used for sheet in sheets.values()))
    # Properties that have a dark value in the built-in tokens but not in the theme.
    to_darken = _dark(stylesheets.read((STATIC / TOKENS).read_text("utf-8"))) - set[str]().union(
        *map(_dark, own.values())
    )
    for path, sheet in own.items():
        faults = [
            *_unused_properties(sheet, used),
            *_missing_dark_values(sheet, to_darken),
            *_addresses(sheet, set(files)),
        ]
        yield from (Fault(str(path), line, what) for line, what in faults)


def _dark(sheet: Stylesheet) -> set[str]:
    """Return the custom properties that have a value of their own in the dark scheme."""
    return {property_.name for property_ in sheet.properties if property_.is_dark}


def _unused_properties(sheet: Stylesheet, used: set[str]) -> Iterator[tuple[int, str]]:
    for name, _, line, _ in sheet.properties:
        if name not in used:
            nearest = get_close_matches(name, used, 1)
            yield line, f"{name} is never used" + (f"; did you mean {nearest[0]}?" if nearest else "")


def _missing_dark_values(sheet: Stylesheet, to_darken: set[str]) -> Iterator[tuple[int, str]]:
    for name, _, line, _ in sheet.properties:
        if name in to_darken:
            yield line, f"{name} is the same in dark mode; set it under @media (prefers-color-scheme: dark) as well"


def _addresses(sheet: Stylesheet, files: set[str]) -> Iterator[tuple[int, str]]:
    """Yield a fault for each address that the browser cannot load."""
    for line, address in sheet.addresses:
        try:
            parts = urlsplit(address)
        except ValueError:
            yield line, f"{address} is not a valid address"
            continue
        if parts.scheme == "data" or not (parts.netloc or parts.path):
            continue
        if parts.scheme or parts.netloc:
            yield line, f"{address} is on another host, which the Content-Security-Policy forbids; put it into static/"
        elif not parts.path.startswith("/") and _resolved(unquote(parts.path)) not in files:
            yield line, f"there is no {address}; addresses begin at static/css/"


def _resolved(path: str) -> str:
    """Return the name of the file that the relative address ``path`` means within ``css/site.css``."""
    steps: list[str] = ["css"]
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)
