"""Views for reading threads: the link to one comment, and the page of a long thread."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.cache.policy import cache_page
from blog.comments.forms import CommentForm
from blog.comments.parents import is_thread_closed, shown_parent
from blog.comments.permalinks import comment_url
from blog.comments.policy import comment_policy
from blog.comments.thread_paging import replies_page
from blog.comments.views import blueprint, form_page
from blog.config import settings
from blog.content.cache_keys import thread_keys
from blog.content.models import Article, public_article
from blog.content.redirects import moved_article
from blog.row_ids import MAX_ID, row_id
from blog.theming import theme

COMMENT = f"/articles/<slug>/comments/<int(max={MAX_ID}):comment_id>"


@blueprint.get(COMMENT)
def show(slug: str, comment_id: int) -> ResponseReturnValue:
    """Redirect to the page that shows a comment."""
    article = _article(slug, comment_id)
    # Not permanent, because the page that shows it depends on the comments before it.
    return redirect(comment_url(article, comment_id), 302)


@blueprint.get(f"{COMMENT}/replies")
def replies(slug: str, comment_id: int) -> ResponseReturnValue:
    """The thread that begins with a comment."""
    article = _article(slug, comment_id)
    page = replies_page(article, comment_id, id_argument("from"))
    if page is None:
        return redirect(comment_url(article, comment_id), 302)
    # The page shows the article's title and whether it takes comments, so a change of the article must purge it too.
    cache_page(thread_keys(article.id), ["from"])
    policy = comment_policy(article, settings)
    can_reply = page.root.is_public and not page.root.is_closed
    form = CommentForm(formdata=None, data={"parent": str(page.root.id)}) if can_reply else None
    return theme.render("comments/thread.html", article=article, page=page, policy=policy, form=form)


@blueprint.get(f"{COMMENT}/reply")
def reply(slug: str, comment_id: int) -> ResponseReturnValue:
    """The form for a reply, below the comment. It is not cached: it is read too rarely."""
    article = _article(slug, comment_id)
    form = CommentForm(formdata=None, data={"parent": str(comment_id)})
    parent = shown_parent(article, form)
    if parent is None or is_thread_closed(parent.root_id or parent.id):
        return redirect(comment_url(article, comment_id), 302)
    return form_page(article, form, 200)


def id_argument(name: str) -> int | None:
    """The id in the query string; ``None`` if it has none.

    :raises NotFound: it is not a number that could be an id.
    """
    value = request.args.get(name)
    if value is None:
        return None
    try:
        return row_id(value)
    except ValueError:
        abort(404)


def _article(slug: str, comment_id: int) -> Article:
    """The article at ``slug``. If it has moved, redirect to the same page at its new slug."""
    article = public_article(slug)
    if article is not None:
        return article
    moved = moved_article(slug)
    if moved is not None:
        abort(redirect(url_for(request.endpoint or "", slug=moved.slug, comment_id=comment_id), 301))
    return abort(404)
