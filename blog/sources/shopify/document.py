"""Turns a Shopify article into a document, from the fields that our articles show."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import unquote

from blog.config import CommentPolicy
from blog.content.documents import FORMER_URL, MAX_FORMER_URLS, Document, InvalidDocument
from blog.content.source_labels import is_storable, source_labels
from blog.sources.cms import article_slug
from blog.sources.json_record import Record

POLICIES = {"CLOSED": CommentPolicy.CLOSED, "MODERATED": CommentPolicy.MODERATED}
"""Shopify's policy without moderation is missing on purpose: only BLOG_COMMENTS may turn moderation off."""


def document_of(record: Record, body: str, redirected: Iterable[str]) -> Document:
    """The document of an article. ``body`` is its HTML with the links to this blog's own pages; ``redirected`` are the
    paths that Shopify redirects to it.

    :raises InvalidDocument: a field is missing or has a wrong type.
    """
    published_at = record.time("publishedAt")
    updated_at = record.time("updatedAt") or record.time("createdAt") or published_at
    if updated_at is None:
        raise InvalidDocument("updatedAt", "is missing")
    image, seo, author = record.record("image"), record.record("seo"), record.record("author").line("name")
    former = (address_of(record), *redirected)
    return Document(
        source_id=record.text("id"),
        slug=record.text("slug"),
        title=record.line("title"),
        body=body,
        excerpt=record.words("summary"),
        authors=source_labels([author]),
        tags=source_labels(texts_of(record, "tags")),
        image=image.text("url") or None,
        image_alt=image.line("altText"),
        published_at=published_at,
        updated_at=updated_at,
        seo_title=seo.line("title") or record.record("seoTitle").line("value"),
        seo_description=seo.line("description") or record.record("seoDescription").line("value"),
        comments=POLICIES.get(record.record("blog").text("commentPolicy")),
        former_urls=tuple(filter(_is_path, former))[:MAX_FORMER_URLS],
        is_draft=is_hidden(record),
    )


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


def _is_path(path: str) -> bool:
    """Whether a path is valid as a former URL; invalid ones are skipped, so that they do not reject the article."""
    return bool(FORMER_URL.fullmatch(path)) and is_storable(unquote(path))
