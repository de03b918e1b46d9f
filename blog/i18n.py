"""Translates the site's texts to the site's language with gettext catalogues.

A catalogue is a file ``<language>/LC_MESSAGES/messages.po`` in ``blog/translations`` or in the theme's
``translations``, which overrides it. It is read at the start and compiled in memory, so no compiled file can be out of
date. A message without a translation is shown in English.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import cast

from babel.messages.catalog import PYTHON_FORMAT, Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app
from flask_babel import Domain

from blog.config import Settings
from blog.paths import TRANSLATIONS
from blog.theming.faults import Fault
from blog.theming.rendering import Theme

LANGUAGE_OF_THE_CODE = "en"


class Words(Domain):
    """Flask-Babel's domain for a site with one language."""

    def __init__(self, translations: NullTranslations) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.translations = translations

    def get_translations(self) -> NullTranslations:
        """Return the site's translations, whatever the request's language."""
        return self.translations


def init_app(app: Flask, settings: Settings) -> None:
    """Load the catalogues for the site's language and install them in Flask-Babel and Jinja."""
    own = [settings.theme / "translations"] if settings.theme else []
    words = NullTranslations()
    for path in _catalogues(settings.language, [TRANSLATIONS, *own]):
        catalogue_words = _read_catalogue(path, cast("Theme", app.extensions["theme"]))
        catalogue_words.add_fallback(words)
        words = catalogue_words
    app.extensions["words"] = Words(words)
    # Replaces Flask-Babel's functions, which look up the request's language at each use; this site has only one.
    app.jinja_env.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    # Jinja's own `_` looks up `gettext` in the context at each use; here it is the same for all pages.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def has_translation(language: str) -> bool:
    """Whether there is a translation for ``language``, which must be the current site's language."""
    words = cast("Words", current_app.extensions["words"])
    return language.partition("_")[0] == LANGUAGE_OF_THE_CODE or isinstance(words.translations, Translations)


def _catalogues(language: str, folders: list[Path]) -> Iterator[Path]:
    """Return the catalogue files for a language; later ones override earlier ones, such as ``pt_BR`` after ``pt``."""
    parts = language.split("_")
    names = ["_".join(parts[: length + 1]) for length in range(len(parts))]
    paths = [folder / name / "LC_MESSAGES" / "messages.po" for folder in folders for name in names]
    return (path for path in paths if path.is_file())


def _read_catalogue(path: Path, theme: Theme) -> Translations:
    """Read the catalogue ``path``. Skip messages that cannot be used, and report them as faults of the theme."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name, abort_invalid=True)
        for message in list(catalogue):
            fault = _reason_unusable(message, catalogue)
            if fault:
                theme.note(Fault(str(path), message.lineno or 1, f"{fault}; this message stays untranslated"))
                catalogue.delete(message.id, message.context)
        return _compiled(catalogue)
    except (OSError, PoFileError, LookupError, ValueError) as error:  # Babel raises all of these for a wrong header
        theme.note(Fault(str(path), getattr(error, "lineno", 1), f"cannot be read ({error}); it is not used"))
        return Translations()


def _compiled(catalogue: Catalog) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _reason_unusable(message: Message, catalogue: Catalog) -> str | None:
    """Return why a translation cannot be used, or ``None``. A wrong placeholder would make the whole page fail."""
    ids, translations = _forms(message.id), _forms(message.string)
    if not any(ids) or not any(translations):
        return None
    for error in message.check(catalogue):
        return str(error)
    # Babel checks only messages with the flag python-format, but Jinja formats all of them with %.
    names = {match[1]: 1 for match in PYTHON_FORMAT.finditer("".join(ids))}
    try:
        for translation in translations:
            translation % names
    except (ValueError, TypeError, KeyError) as error:
        return f"{error} (a percent sign is written %%)"
    return None


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the forms of a message: one, or the singular and plural forms."""
    return (text,) if isinstance(text, str) else tuple(text or ())
