"""The views of the readers' pages: index, article, tags, authors, archive and search."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.articles import listing, structured_data
from blog.articles.archive import year_page, years
from blog.articles.former_urls import current_slug, redirect_or_404
from blog.articles.labels import AUTHOR, TAG, LabelKind, tag_counts
from blog.articles.listing import Page
from blog.articles.related import related
from blog.articles.search import MAX_PAGES, search
from blog.cache.policy import cache_page
from blog.comments.forms import CommentForm
from blog.comments.policy import comment_policy
from blog.comments.thread_paging import Order, thread
from blog.comments.thread_views import id_argument
from blog.config import settings
from blog.content import cache_keys
from blog.content.models import Article, public_article
from blog.content.search_query import MAX_QUERY, SearchQuery
from blog.markup.toc import contents
from blog.sources.registry import source_name
from blog.sync.state import is_first_sync_running
from blog.theming import theme

NEWEST_ON_ERROR_PAGE = 5
THREAD_PARAMETERS = ("comments", "comments_from")
"""Query parameters that choose which threads an article's page shows: the order, and the first thread."""

blueprint = Blueprint("articles", __name__)


@blueprint.get("/")
def index() -> str:
    """List all articles, newest first."""
    page = listing.newest(_page_number(), settings.page_size)
    _refuse_empty(page)
    cache_page([cache_keys.INDEX, *_count_keys(page)], ["page"])
    is_arriving = page.number == 1 and is_first_sync_running(source_name(settings))
    return theme.render("articles/index.html", page=page, is_arriving=is_arriving)


@blueprint.get("/articles/")
def all_articles() -> ResponseReturnValue:
    """Redirect to the index."""
    return redirect(url_for("articles.index"), 301)


@blueprint.get("/articles/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show one article with its tags, its approved comments and the comment form."""
    article = public_article(slug)
    if article is None:
        return redirect_or_404(request.path, slug)
    page, shown = _article_page(article)
    # The page also shows titles of related articles, so a change of one of these titles must purge it too.
    keys = [cache_keys.article_key(article.id), *map(cache_keys.title_key, shown)]
    if article.series:
        keys.append(cache_keys.series_key(article.series))
    cache_page(keys, THREAD_PARAMETERS)
    return page


def _article_page(article: Article) -> tuple[str, set[int]]:
    """Return the page, and the ids of the other articles whose titles it shows."""
    comments = thread(article, _order(), id_argument("comments_from")) or abort(404)
    others = related(article)
    page = theme.render(
        "articles/show.html",
        article=article,
        related=others,
        contents=contents(article.body_html, article.word_count),
        thread=comments,
        blog_posting=structured_data.blog_posting(article, comments),
        breadcrumbs=structured_data.breadcrumbs((article.title, url_for("articles.show", slug=article.slug))),
        form=CommentForm(formdata=None),
        policy=comment_policy(article, settings),
    )
    return page, others.ids


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
    page = listing.newest_with_label(kind, label, _page_number(), settings.page_size)
    # A renamed label may still have a row, but without articles.
    if not page.articles and (present := _redirect_if_renamed(kind, slug)):
        return present
    _refuse_empty(page, including_first=True)
    cache_page([kind.cache_key(slug), *_count_keys(page)], ["page"])
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


@blueprint.get("/archive/")
def archive() -> str:
    """List the years that have articles."""
    cache_page([cache_keys.ARCHIVE])
    return theme.render("articles/archive.html", years=years())


@blueprint.get("/archive/<int(min=2, max=9998):year>")
def archive_year(year: int) -> str:
    """List the articles of one year by month."""
    page = year_page(year, _page_number())
    if not page.months:
        abort(404)
    cache_page([cache_keys.ARCHIVE], ["page"])
    return theme.render("articles/year.html", page=page)


@blueprint.get("/search")
def find() -> str:
    """List the articles that match a search, best first."""
    asked = " ".join(request.args.get("q", "").split())[:MAX_QUERY]
    page = search(SearchQuery.read(asked), _page_number(MAX_PAGES))
    if not page.results and page.number > 1:
        abort(404)
    return theme.render("articles/search.html", asked=asked, page=page)


@blueprint.get("/<path:path>")
def moved(path: str) -> ResponseReturnValue:
    """Redirect any other address if an article, tag, author or feed used to be there."""
    return redirect_or_404(f"/{path}")


def newest_articles() -> list[Article]:
    """Return a few of the newest articles, to be offered on error pages."""
    return listing.newest(1, NEWEST_ON_ERROR_PAGE).articles


def _order() -> Order:
    """Return the requested order of threads.

    :raises NotFound: the query string names an unknown order.
    """
    asked = request.args.get("comments", Order.OLDEST)
    return Order(asked) if asked in list(Order) else abort(404)


def _count_keys(page: Page) -> list[str]:
    """Return a cache key for each article of a listing, since the listing shows how many comments it has."""
    return [cache_keys.comments_key(article.id) for article in page.articles]


def _page_number(most: int = listing.MAX_PAGE) -> int:
    """Return the page number from the query string, or 1 if it has none.

    :raises NotFound: it is not a whole number from 1 to ``most``.
    """
    asked = request.args.get("page", "1")
    # Nine digits are enough to exceed `most`; int() of a very long text would raise ValueError.
    if not asked.isascii() or not asked.isdecimal() or not 1 <= int(asked[:9]) <= most:
        abort(404)
    return int(asked[:9])


def _refuse_empty(page: Page, *, including_first: bool = False) -> None:
    if not page.articles and (page.number > 1 or including_first):
        abort(404)
