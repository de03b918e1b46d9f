"""Reads the fields of a Shopify article that our articles show."""

from datetime import UTC, datetime
from urllib.parse import unquote

from blog.content.documents import FORMER_URL, InvalidDocument
from blog.content.source_labels import is_storable
from blog.sources.cms import article_slug
from blog.sources.json_record import Record


def is_hidden(article: Record) -> bool:
    """Whether an article is neither published nor scheduled; the Storefront API lists only published ones."""
    published_at = article.time("publishedAt")
    is_planned = published_at is not None and published_at > datetime.now(UTC)
    return article.fields.get("isPublished") is False and not is_planned


def address_of(article: Record) -> str:
    """The path of an article in the shop’s own Online Store."""
    return f"/blogs/{article.record('blog').text('handle')}/{article.text('handle')}"


def slug_of(article: Record, oldest_blog: str) -> str:
    blog, handle = article.record("blog"), article.text("handle")
    text = handle if blog.text("id") == oldest_blog else f"{blog.text('handle')}-{handle}"
    return article_slug(text, article.text("id").rpartition("/")[2])


def texts_of(record: Record, name: str) -> tuple[str, ...]:
    """A list of texts, each joined into one line."""
    texts = list_of(record, name)
    if not all(isinstance(text, str) for text in texts):
        raise InvalidDocument(name, "is not a list of texts")
    return tuple(" ".join(str(text).split()) for text in texts)


def list_of(record: Record, name: str) -> list[object]:
    value = record.fields.get(name)
    if not isinstance(value, list):
        raise InvalidDocument(name, "is not a list")
    return value


def is_path(path: str) -> bool:
    """Whether a path is valid as a former URL; invalid ones are skipped, so that they do not reject the article."""
    return bool(FORMER_URL.fullmatch(path)) and is_storable(unquote(path))
