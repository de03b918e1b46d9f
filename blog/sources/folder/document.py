"""Makes a document from the text of one file, its name and its times."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from blog.content.documents import Document, InvalidDocument
from blog.content.source_labels import source_labels
from blog.markup import markdown
from blog.markup.parser_limits import ArticleTooComplex
from blog.slugs import slugify
from blog.sources.folder.front_matter import FrontMatter, aware
from blog.sources.folder.git_history import Times
from blog.sources.folder.titles import take_title

DATED_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)", re.DOTALL)


@dataclass(frozen=True)
class ArticleFile:
    """A file of the folder: its text, divided into ``matter`` and ``body``, and the times of its commits, if any."""

    path: Path
    source_id: str
    matter: FrontMatter
    body: str
    committed: Times | None
    is_in_root: bool
    """Whether it is in the folder of the source itself; then ``index`` is not named after its folder."""

    @property
    def name(self) -> str:
        """The name without its suffix; the name of the folder for ``on-tea/index.md``."""
        return self.path.parent.name if self.path.stem == "index" and not self.is_in_root else self.path.stem

    def title_and_html(self) -> tuple[str, str]:
        """The title, empty if there is none, and the text below it as HTML.

        :raises InvalidDocument: the text is too complex.
        """
        try:
            html = self.body if self.path.suffix.lower() == ".html" else markdown.render(self.body)
            return take_title(html, self.matter.text("title"))
        except ArticleTooComplex as error:
            raise InvalidDocument("body", str(error)) from error


def make_document(file: ArticleFile, zone: ZoneInfo) -> Document:
    """The document in ``file``; its times without a zone are in ``zone``.

    :raises InvalidDocument: a field has an invalid value, or the text is too complex.
    """
    matter = file.matter
    day, name = _day_and_name(file.name, zone)
    title, html = file.title_and_html()
    published_at = matter.time("published_at", zone) or day or (file.committed.first if file.committed else None)
    return Document(
        source_id=file.source_id,
        slug=matter.text("slug") or slugify(name),
        title=title or _title_from(name),
        body=html,
        excerpt=matter.text("excerpt"),
        authors=source_labels(matter.names("authors")),
        tags=source_labels(matter.names("tags")),
        image=matter.text("image") or None,
        image_alt=matter.text("image_alt"),
        image_caption=matter.text("image_caption"),
        published_at=published_at,
        updated_at=matter.time("updated_at", zone) or _changed_at(file, published_at),
        comments=matter.comment_policy(),
        former_urls=matter.names("redirect_from"),
        canonical_url=matter.text("canonical_url") or None,
        seo_title=matter.text("seo_title"),
        seo_description=matter.text("seo_description"),
        series=matter.text("series") or None,
        lang=matter.text("lang") or None,
        is_draft=matter.flag("draft"),
        notes=matter.notes(),
    )


def _changed_at(file: ArticleFile, published_at: datetime | None) -> datetime:
    """When the text last changed, as far as it is known.

    A file's modification time changes whenever the file is copied or checked out, and a first commit is not a change.
    So both are used only if the article has no publication time; otherwise only a later commit counts as a change.
    """
    committed = file.committed
    if committed and (published_at is None or committed.first not in {None, committed.last}):
        return committed.last
    return published_at or modified_at(file.path)


def modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _day_and_name(name: str, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """The date and the rest of a file name: ``2026-03-01-on-tea`` is a date and ``on-tea``."""
    dated = DATED_NAME.fullmatch(name)
    if dated:
        try:
            return aware(date.fromisoformat(dated[1]), zone), dated[2]
        except (ValueError, OverflowError):
            pass
    return None, name


def _title_from(name: str) -> str:
    words = " ".join(re.findall(r"[^\s_-]+", name))
    return words[:1].upper() + words[1:]
