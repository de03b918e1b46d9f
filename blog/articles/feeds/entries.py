"""The content of a feed, before it is written as Atom or JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Select, select

from blog.articles.feeds.ids import permanent_id
from blog.articles.feeds.references import absolute_html
from blog.articles.labels import LabelKind
from blog.comments import thread_queries
from blog.comments.presenter import ShownComment, shown_comments
from blog.config import settings
from blog.content.models import Article, Author, Label, Tag
from blog.extensions import db
from blog.markup.plain import excerpt, plain_text
from blog.theming.site import absolute, absolute_url

SIZE = 20
"""Maximum number of entries in a feed."""
MIN_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""The last change of a site without articles: a feed must have a date."""


@dataclass(frozen=True, slots=True)
class Person:
    """The author of an entry; ``url`` is a page about the author."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The article or comment that an entry replies to: its id and its address."""

    id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article or a comment. All addresses are absolute, also those in ``html``."""

    id: str
    url: str
    title: str
    html: str
    published_at: datetime
    updated_at: datetime
    authors: tuple[Person, ...]
    summary: str = ""
    image: str = ""
    lang: str | None = None
    """The entry's language if it has one of its own; otherwise it is the feed's language."""
    tags: tuple[Label, ...] = ()
    in_reply_to: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with its entries, newest first; ``page`` is the address of the HTML page with the same content."""

    id: str
    title: str
    subtitle: str
    page: str
    entries: Sequence[Entry]
    since: datetime = MIN_TIME
    """The time of the last change of a feed without entries."""

    @property
    def updated_at(self) -> datetime:
        """The time of the last change of any entry."""
        return max((entry.updated_at for entry in self.entries), default=self.since)


def site_feed() -> Feed:
    """Return the feed of the newest articles of the site."""
    return Feed(
        id=permanent_id("articles"),
        title=settings.title,
        subtitle=settings.tagline,
        page=absolute_url("articles.index"),
        entries=_articles(Article.newest_first().with_only_columns(Article.id)),
    )


def label_feed(kind: LabelKind, label: Tag | Author) -> Feed:
    """Return the feed of the newest articles with ``label``."""
    return Feed(
        id=permanent_id(f"{kind.name}/{label.id}"),
        title=f"{label.name} – {settings.title}",
        subtitle=kind.description(label.name),
        page=absolute_url(f"articles.{kind.name}", slug=label.slug),
        entries=_articles(kind.link.newest_first(label.id)),
    )


def comments_feed(article: Article) -> Feed:
    """Return the feed of the newest approved comments on ``article``."""
    page = absolute_url("articles.show", slug=article.slug)
    newest = db.session.execute(thread_queries.newest(), {"article_id": article.id, "limit": SIZE})
    title = _("Comments on “%(title)s”", title=article.title)
    return Feed(
        id=permanent_id(f"article/{article.id}/comments"),
        title=f"{title} – {settings.title}",
        subtitle=article.excerpt,
        page=f"{page}#comments",
        entries=[_comment(comment, article, page) for comment in shown_comments(article.slug, newest)],
        since=article.changed_at,
    )


def _articles(ids: Select[int]) -> list[Entry]:
    # The ids are selected first, so that only the chosen articles are read with their bodies.
    chosen = select(ids.limit(SIZE).subquery())
    query = Article.newest_first().where(Article.id.in_(chosen))
    return [_article(article) for article in db.session.scalars(query)]


def _article(article: Article) -> Entry:
    url = absolute_url("articles.show", slug=article.slug)
    body = _with_image(article)
    return Entry(
        id=permanent_id(f"article/{article.id}"),
        url=url,
        title=article.title,
        html=absolute_html(body, url),
        summary=article.excerpt,
        published_at=article.published_at,
        updated_at=article.changed_at,
        authors=tuple(
            Person(author.name, absolute_url("articles.author", slug=author.slug)) for author in article.authors
        ),
        image=absolute(article.image) if article.image else "",
        lang=article.lang,
        tags=tuple(article.tags),
    )


def _with_image(article: Article) -> Markup:
    """Return the article's image followed by its body, as on its page."""
    if not article.image:
        return article.html
    image = Markup('<img src="{}" alt="{}">').format(article.image, article.image_alt)
    if not article.image_caption:
        return Markup("<p>{}</p>\n").format(image) + article.html
    caption = Markup("<figcaption>{}</figcaption>").format(article.image_caption)
    return Markup("<figure>{}{}</figure>\n").format(image, caption) + article.html


def _comment(comment: ShownComment, article: Article, page: str) -> Entry:
    """Return the entry of one comment, which replies to another comment or to the article."""
    url = absolute(comment.url)
    if comment.parent is None or comment.parent_id is None:
        in_reply_to = Origin(permanent_id(f"article/{article.id}"), page)
    else:
        in_reply_to = Origin(permanent_id(f"comment/{comment.parent_id}"), absolute(comment.parent.url))
    return Entry(
        id=permanent_id(f"comment/{comment.id}"),
        url=url,
        title=_("%(name)s on “%(title)s”", name=comment.name, title=article.title),
        html=absolute_html(comment.html, url),
        summary=excerpt(plain_text(comment.html)),
        published_at=comment.submitted_at,
        updated_at=max(comment.submitted_at, comment.edited_at or comment.submitted_at),
        authors=(Person(comment.name, comment.website),),
        in_reply_to=in_reply_to,
    )
