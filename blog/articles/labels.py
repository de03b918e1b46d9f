"""Tags and authors: two kinds of label, each with a listing, feeds and a sitemap of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from blog.content.cache_keys import author_key, tag_key
from blog.content.models import ArticleAuthor, ArticleTag, Author, LabelColumns, Tag
from blog.extensions import db


@dataclass(frozen=True, slots=True)
class LabelKind:
    """What tags and authors have in common, and where they differ.

    ``name`` is also the last part of the endpoints and the name of the template.
    """

    name: str
    model: type[Tag | Author]
    link: type[ArticleTag | ArticleAuthor]
    cache_key: Callable[[str], str]
    description: Callable[[str], str]
    """A sentence about the listing of the label with this name."""
    overview: Callable[[], list[tuple[str, str]]]
    """Name and address of the page that lists all labels of this kind, where there is one."""

    def find(self, slug: str) -> Tag | Author | None:
        """The label with this slug."""
        model: type[LabelColumns] = self.model
        return cast("Tag | Author | None", db.session.scalar(select(model).where(model.slug == slug)))


TAG = LabelKind(
    name="tag",
    model=Tag,
    link=ArticleTag,
    cache_key=tag_key,
    description=lambda name: _("Articles about %(tag)s", tag=name),
    overview=lambda: [(_("Tags"), url_for("articles.tags"))],
)
AUTHOR = LabelKind(
    name="author",
    model=Author,
    link=ArticleAuthor,
    cache_key=author_key,
    description=lambda name: _("Articles by %(author)s", author=name),
    overview=list,
)
