"""Renders templates from the theme, or the built-in ones if the theme's fail, so that readers never see a fault.

If one of the theme's pages or snippets is missing, broken or blank, the built-in one is used, the fault is logged once
with file and line, and ``blog doctor`` lists it.
"""

import logging
import re
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from blog.paths import TEMPLATES
from blog.theming.faults import Fault, template_fault

log = logging.getLogger(__name__)

VISIBLE_ELEMENT = re.compile(r"<(?:img|svg|picture|video|audio|input|button|hr)\b", re.IGNORECASE)
"""Matches elements that are visible without any text."""


@dataclass
class Theme:
    """The built-in templates, the theme's templates if there is a theme, and the faults found so far."""

    builtin: Environment
    folder: Path | None = None
    own: Environment | None = None
    faults: dict[tuple[str, int], Fault] = field(default_factory=dict)
    _site_snippets: dict[str, Markup] = field(default_factory=dict)

    def page(self, name: str, context: dict[str, object]) -> str:
        """Render a whole page; use the built-in template if the theme's fails or shows nothing."""
        if self.own is not None:
            try:
                html = self.own.get_template(name).render(context)
            except Exception as error:
                self.note(template_fault(error, self._file(name)))
            else:
                if not _is_blank(html):
                    return html
                self.note(Fault(self._file(name), 1, "shows nothing; the built-in page is used"))
        return self.builtin.get_template(name).render(context)

    def snippet(self, name: str, context: dict[str, object]) -> Markup:
        """Render the snippet ``snippets/_<name>.html``; use the built-in one if the theme's fails or shows nothing.

        If the built-in one fails too, return empty markup: the rest of the page must still be shown.
        """
        path = f"snippets/_{name}.html"
        fault: Fault | None = None
        if self.own is not None:
            html, fault = self._own_snippet(self.own, path, context)
            if fault is None and not _is_blank(html):
                return html
        if self.own is not None and not (TEMPLATES / path).is_file():
            self._note_added(fault)
            return Markup()
        builtin = self._builtin_snippet(path, context)
        # It is a fault only if the built-in snippet shows something here: many snippets are blank for some articles.
        if self.own is not None and not _is_blank(builtin):
            self.note(fault or Fault(self._file(path), 1, "shows nothing; the built-in snippet is used"))
        return builtin

    def site_snippet(self, name: str, context: dict[str, object]) -> Markup:
        """Render a snippet that is the same on every page of the site, such as the header, only once.

        Without this, an article that is not in the page cache takes 32 % longer. The theme's templates may change at
        any time, so with them every snippet is rendered for each page.
        """
        html = self._site_snippets.get(name)
        if html is None:
            html = self.snippet(name, context)
            if html and self.own is None:
                self._site_snippets[name] = html
        return html

    def _own_snippet(self, own: Environment, path: str, context: dict[str, object]) -> tuple[Markup, Fault | None]:
        try:
            # The loader would take the built-in file without a word, and doctor could not name it.
            if not Path(self._file(path)).exists():
                what = "is missing; the built-in snippet is used"
                return Markup(), Fault(self._file(path), 1, what, is_expected=True)
            return Markup(own.get_template(path).render(context)), None  # noqa: S704 - autoescaped
        except Exception as error:
            return Markup(), template_fault(error, self._file(path))

    def _note_added(self, fault: Fault | None) -> None:
        """Note the fault of a snippet that only the theme can have; blank is what such a snippet may be."""
        if fault is not None and fault.is_expected:
            fault = Fault(fault.file, fault.line, "is missing, and no built-in snippet has this name; nothing is shown")
        if fault is not None:
            self.note(fault)

    def _builtin_snippet(self, path: str, context: dict[str, object]) -> Markup:
        try:
            return Markup(self.builtin.get_template(path).render(context))  # noqa: S704 - autoescaped
        except Exception:
            log.exception("The built-in snippet %s failed", path)
            return Markup()

    def _file(self, path: str) -> str:
        return str((self.folder or TEMPLATES) / "templates" / path)

    def note(self, fault: Fault) -> None:
        """Log a fault the first time it is found, and store it for ``blog doctor``."""
        if (fault.file, fault.line) in self.faults:
            return
        self.faults[fault.file, fault.line] = fault
        log.log(logging.INFO if fault.is_expected else logging.WARNING, "Theme: %s", fault)


def _is_blank(html: str) -> bool:
    return not VISIBLE_ELEMENT.search(html) and not Markup(html).striptags().strip()  # noqa: S704 - never shown
