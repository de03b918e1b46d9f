"""The site's own words in the site's language, read from the translators' catalogues.

A catalogue is a file ``<language>/LC_MESSAGES/messages.po`` in ``blog/translations``, or in the theme's
``translations``, which lies over ours. It is read at the start and compiled in memory, so that what is spoken is always
what the file says. A message that nobody has translated is shown in English.
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
from blog.theming.theme import Fault, Theme

LANGUAGE_OF_THE_CODE = "en"


class Words(Domain):
    """Flask-Babel's domain for a site that speaks one language."""

    def __init__(self, translations: NullTranslations) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.translations = translations

    def get_translations(self) -> NullTranslations:
        """The words, whatever is asked."""
        return self.translations


def init_app(app: Flask, settings: Settings) -> None:
    """Have ``app`` speak its language, as far as the catalogues tell how."""
    own = [settings.theme / "translations"] if settings.theme else []
    words = NullTranslations()
    for path in _catalogues(settings.language, [TRANSLATIONS, *own]):
        catalogue_words = _read_catalogue(path, cast("Theme", app.extensions["theme"]))
        catalogue_words.add_fallback(words)
        words = catalogue_words
    app.extensions["words"] = Words(words)
    # Flask-Babel's own would look for the request's language each time; this site has one.
    app.jinja_env.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    # Jinja's own looks up, at each use, what is the same for the whole site.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def has_translation(language: str) -> bool:
    """Whether the current application has words for ``language``, which is its own."""
    words = cast("Words", current_app.extensions["words"])
    return language.partition("_")[0] == LANGUAGE_OF_THE_CODE or isinstance(words.translations, Translations)


def _catalogues(language: str, folders: list[Path]) -> Iterator[Path]:
    """The files for a language such as ``pt_BR``; one that comes later knows better: ``pt_BR`` after ``pt``."""
    parts = language.split("_")
    names = ["_".join(parts[: length + 1]) for length in range(len(parts))]
    paths = [folder / name / "LC_MESSAGES" / "messages.po" for folder in folders for name in names]
    return (path for path in paths if path.is_file())


def _read_catalogue(path: Path, theme: Theme) -> Translations:
    """What the catalogue ``path`` says; a message that cannot be used is left out, and a fault of the theme."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name, abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        theme.note(Fault(str(path), getattr(error, "lineno", 1), f"cannot be read ({error}); it is not used"))
        return Translations()
    for message in list(catalogue):
        fault = _reason_unusable(message, catalogue)
        if fault:
            theme.note(Fault(str(path), message.lineno or 1, f"{fault}; this message stays untranslated"))
            catalogue.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _reason_unusable(message: Message, catalogue: Catalog) -> str | None:
    """Why a translation cannot be used; one that cannot be filled in would cost the whole page."""
    ids, translations = _forms(message.id), _forms(message.string)
    if not any(ids) or not any(translations):
        return None
    for error in message.check(catalogue):
        return str(error)
    names = {match[1]: 1 for match in PYTHON_FORMAT.finditer("".join(ids))}
    try:
        for translation in translations:
            translation % names
    except (ValueError, TypeError, KeyError) as error:
        return f"{error} (a percent sign is written %%)"
    return None


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """A message's forms: one, or one for each kind of number."""
    return (text,) if isinstance(text, str) else tuple(text or ())
