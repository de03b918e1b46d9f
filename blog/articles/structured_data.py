"""JSON-LD for articles and breadcrumbs, in the vocabulary of https://schema.org/."""

from typing import Any

from flask import url_for

from blog.comments.presenter import ShownComment
from blog.comments.thread_paging import Thread
from blog.config import settings
from blog.content.models import Article
from blog.theming.site import absolute, absolute_url


def blog_posting(article: Article, thread: Thread) -> dict[str, Any]:
    """Return ``article`` as a ``BlogPosting`` (https://schema.org/BlogPosting) with the nested comments of the page."""
    address = absolute_url("articles.show", slug=article.slug)
    payload: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "mainEntityOfPage": {"@type": "WebPage", "@id": address},
        "url": address,
        "headline": article.title,
        "description": article.seo_description or article.excerpt,
        "datePublished": article.published_at.isoformat(timespec="seconds"),
        "dateModified": article.changed_at.isoformat(timespec="seconds"),
        "inLanguage": article.lang or settings.language.replace("_", "-"),
        "wordCount": article.word_count,
        "publisher": {"@type": "Organization", "name": settings.title, "url": absolute_url("articles.index")},
    }
    if article.authors:
        payload["author"] = [
            {"@type": "Person", "name": author.name, "url": absolute_url("articles.author", slug=author.slug)}
            for author in article.authors
        ]
    if article.tags:
        payload["keywords"] = [tag.name for tag in article.tags]
    if article.image:
        payload["image"] = absolute(article.image)
    payload["commentCount"] = article.comment_count
    if thread.comments:
        payload["comment"] = [_comment(comment) for comment in thread.comments]
    return payload


def _comment(comment: ShownComment) -> dict[str, Any]:
    """Return a ``Comment`` (https://schema.org/Comment) without its text, which the page has already."""
    payload: dict[str, Any] = {"@type": "Comment", "@id": absolute(comment.url), "url": absolute(comment.url)}
    if comment.is_public:
        payload["dateCreated"] = comment.submitted_at.isoformat(timespec="seconds")
        payload["author"] = {"@type": "Person", "name": comment.name}
    if comment.in_reply_to is not None:
        payload["parentItem"] = {"@type": "Comment", "@id": absolute(comment.in_reply_to.url)}
    if comment.replies:
        payload["comment"] = [_comment(reply) for reply in comment.replies]
    return payload


def breadcrumbs(*steps: tuple[str, str]) -> dict[str, Any]:
    """Return the path from the home page to this page as a ``BreadcrumbList`` (https://schema.org/BreadcrumbList).

    Each step is a name and the path of a page on this site.
    """
    whole = ((settings.title, url_for("articles.index")), *steps)
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
            for position, (name, path) in enumerate(whole, start=1)
        ],
    }
