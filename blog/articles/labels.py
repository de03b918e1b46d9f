"""Tags and authors: two kinds of label, each with a listing, feeds and a sitemap of its own; the counts of tags."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from blog.content.cache_keys import author_key, tag_key
from blog.content.models import ArticleAuthor, ArticleTag, Author, LabelColumns, Tag
from blog.extensions import db


@dataclass(frozen=True, slots=True)
class LabelKind:
    """The settings of one kind of label, so that the same views serve tags and authors.

    ``name`` is also the last part of the endpoint names and the name of the template.
    """

    name: str
    model: type[Tag | Author]
    link: type[ArticleTag | ArticleAuthor]
    cache_key: Callable[[str], str]
    description: Callable[[str], str]
    """Returns the description of a label's listing, given the label's name."""
    overview: Callable[[], list[tuple[str, str]]]
    """Returns the name and address of the page that lists all labels of this kind; empty if there is no such page."""

    def find(self, slug: str) -> Tag | Author | None:
        """Return the label with this slug, or ``None``."""
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


@dataclass(frozen=True)
class TagCount:
    """A tag, and how many public articles have it."""

    slug: str
    name: str
    count: int


def tag_counts() -> list[TagCount]:
    """Return all tags of public articles, sorted by slug."""
    counts = (
        ArticleTag.published()
        .with_only_columns(ArticleTag.tag_id, func.count().label("count"))
        .group_by(ArticleTag.tag_id)
        .subquery()
    )
    rows = db.session.execute(select(Tag.slug, Tag.name, counts.c.count).join(counts, counts.c.tag_id == Tag.id))
    return sorted((TagCount(*row) for row in rows), key=lambda tag: tag.slug)
