"""The views of the readers' pages: index, article, archive and search."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.articles import listing, structured_data
from blog.articles.archive import year_page, years
from blog.articles.blueprint import blueprint
from blog.articles.former_urls import redirect_or_404
from blog.articles.page_numbers import page_number, refuse_empty
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


@blueprint.get("/")
def index() -> str:
    """List all articles, newest first."""
    page = listing.newest(page_number(), settings.page_size)
    refuse_empty(page)
    cache_page([cache_keys.INDEX, *page.count_keys], ["page"])
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


@blueprint.get("/archive/")
def archive() -> str:
    """List the years that have articles."""
    cache_page([cache_keys.ARCHIVE])
    return theme.render("articles/archive.html", years=years())


# A datetime cannot hold the end of the year 9999, nor the beginning of the year 1 when it is converted to UTC from a
# time zone east of Greenwich.
@blueprint.get("/archive/<int(min=2, max=9998):year>")
def archive_year(year: int) -> str:
    """List the articles of one year by month."""
    page = year_page(year, page_number())
    if not page.months:
        abort(404)
    cache_page([cache_keys.ARCHIVE], ["page"])
    return theme.render("articles/year.html", page=page)


@blueprint.get("/search")
def find() -> str:
    """List the articles that match a search, best first."""
    asked = " ".join(request.args.get("q", "").split())[:MAX_QUERY]
    page = search(SearchQuery.read(asked), page_number(MAX_PAGES))
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
