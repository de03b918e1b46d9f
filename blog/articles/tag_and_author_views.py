"""The views of tags and authors: the list of all tags, and the articles with one tag or by one author."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.articles import listing, structured_data
from blog.articles.blueprint import blueprint
from blog.articles.former_urls import current_slug, redirect_or_404
from blog.articles.labels import AUTHOR, TAG, LabelKind, tag_counts
from blog.articles.page_numbers import page_number, refuse_empty
from blog.cache.policy import cache_page
from blog.config import settings
from blog.content import cache_keys
from blog.theming import theme


@blueprint.get("/tags/")
def tags() -> str:
    """List all tags with their number of articles."""
    cache_page([cache_keys.TAGS])
    return theme.render("articles/tags.html", tags=tag_counts())


@blueprint.get("/tags/<slug>")
def tag(slug: str) -> ResponseReturnValue:
    """List the articles with one tag, newest first."""
    return _label_page(TAG, slug)


@blueprint.get("/authors/<slug>")
def author(slug: str) -> ResponseReturnValue:
    """List the articles by one author, newest first."""
    return _label_page(AUTHOR, slug)


def _redirect_if_renamed(kind: LabelKind, slug: str) -> ResponseReturnValue | None:
    """Redirect to the tag or author that used to have ``slug``; return ``None`` if there is none."""
    present = current_slug(kind.model, slug)
    return redirect(url_for(f"articles.{kind.name}", slug=present), 301) if present else None


def _label_page(kind: LabelKind, slug: str) -> ResponseReturnValue:
    label = kind.find(slug)
    if label is None:
        return _redirect_if_renamed(kind, slug) or redirect_or_404(request.path)
    page = listing.newest_with_label(kind, label, page_number(), settings.page_size)
    # A renamed label may still have a row, but without articles.
    if not page.articles and (present := _redirect_if_renamed(kind, slug)):
        return present
    refuse_empty(page, including_first=True)
    cache_page([kind.cache_key(slug), *page.count_keys], ["page"])
    endpoint = f"articles.{kind.name}"
    breadcrumbs = structured_data.breadcrumbs(*kind.overview(), (label.name, url_for(endpoint, slug=label.slug)))
    return theme.render(
        f"articles/{kind.name}.html",
        page=page,
        label=label,
        endpoint=endpoint,
        feed_endpoint=f"feeds.{kind.name}",
        description=kind.description(label.name),
        breadcrumbs=breadcrumbs,
        **{kind.name: label},
    )
