"""A pseudo-language: every message is between ⟦ and ⟧, in letters with accents, and longer than in English.

Text on a page without the brackets was never marked for translation.
"""

import re
from pathlib import Path

from babel.messages.catalog import PYTHON_FORMAT
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from blog.paths import PACKAGE
from tests.support import shared

PLAIN = "ACDEGHIKLNORSTUWYZacdeghiklnorstuwyz"
ACCENTED = "ÀÇĎÉĜĤÎĶĻŃÕŔŠŤÛŴÝŽàçďéĝĥîķļńõŕšťûŵýž"
ACCENTS = str.maketrans(PLAIN, ACCENTED)
RIGHT_TO_LEFT = "ar"
RIGHT_TO_LEFT_FILLER = "אבג דהוז "
"""Right-to-left letters between left-to-right ones."""
LONGER = 0.4
"""The share by which messages become longer: German and Finnish are that much longer than English."""
MAPPING = PACKAGE.parent / "pyproject.toml"


def extract() -> Path:
    """The catalogue template with all messages of the present code and templates, written once a test run."""

    def write() -> str:
        file = shared.folder() / "messages.pot"
        options = [f"--mapping={MAPPING}", "--keyword=lazy_gettext", f"--output={file}", str(PACKAGE)]
        CommandLineInterface().run(["pybabel", "-q", "extract", *options])  # type: ignore[no-untyped-call]
        return str(file)

    return Path(shared.made_once("messages", write))


def pseudo(message: str, filler: str = "~") -> str:
    """``message`` in the pseudo-language; its placeholders stay."""
    pieces = re.split(f"({PYTHON_FORMAT.pattern})", message, flags=PYTHON_FORMAT.flags)
    words = pieces[:: PYTHON_FORMAT.groups + 2]
    names = [*pieces[1 :: PYTHON_FORMAT.groups + 2], ""]
    said = "".join(word.translate(ACCENTS) + name for word, name in zip(words, names, strict=True))
    more = filler * max(1, round(len(message) * LONGER / len(filler)))
    return f"⟦{said} {more.strip()}⟧"


def write_theme(folder: Path, language: str, filler: str = "~") -> Path:
    """Make ``folder`` a theme that replaces the texts of ``language`` with the pseudo-language."""
    path = folder / "translations" / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    with extract().open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if isinstance(message.id, str):
            message.string = message.id and pseudo(message.id, filler)
        else:
            message.string = tuple(pseudo(message.id[1], filler) for _ in range(catalogue.num_plurals))
    catalogue.fuzzy = False
    with path.open("wb") as file:
        write_po(file, catalogue)
    return folder


def write_right_to_left_theme(folder: Path) -> Path:
    """Make ``folder`` a theme that replaces the texts of ``RIGHT_TO_LEFT`` with the pseudo-language."""
    return write_theme(folder, RIGHT_TO_LEFT, RIGHT_TO_LEFT_FILLER)
