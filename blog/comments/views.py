"""Sending a comment, and seeing what became of it."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blog.comments.forms import CommentForm
from blog.comments.models import Comment
from blog.comments.page import article_page
from blog.comments.policy import comment_policy
from blog.comments.receipts import receipt_token, token_hash
from blog.comments.submission import DuplicateComment, submit
from blog.config import settings
from blog.content.documents import CommentPolicy
from blog.content.models import Article, public_article
from blog.extensions import db, limiter
from blog.same_origin import is_same_origin
from blog.theming import theme

RETRY_AFTER_SECONDS = 60

blueprint = Blueprint("comments", __name__)


@blueprint.post("/articles/<slug>/comments", endpoint="submit")
def submit_comment(slug: str) -> ResponseReturnValue:
    """Take a comment in, and lead to its receipt; or show the form again, filled in, and say why."""
    article = public_article(slug)
    if article is None:
        abort(404)
    form = CommentForm()
    policy = comment_policy(article, settings)
    if not is_same_origin(request, settings.url):
        return _again(article, form, 403, gettext("This came from another site. If you wrote it, send it from here."))
    if policy is CommentPolicy.CLOSED:
        return _again(article, form, 403, gettext("Comments on this article are closed, so yours was not stored."))
    if not form.validate():
        return _again(article, form, 422)
    return _accept(article, form, policy)


def _accept(article: Article, form: CommentForm, policy: CommentPolicy) -> ResponseReturnValue:
    try:
        comment = _submit(article, form, policy)
    except RateLimitExceeded:
        answer = _again(article, form, 429, gettext("That was a little too fast. Wait a minute, then send it again."))
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
    except DuplicateComment:
        return _again(article, form, 409, gettext("You have sent this comment before; it was kept the first time."))
    return redirect(url_for("comments.receipt", token=receipt_token(article.id, comment.fingerprint)), 303)


@limiter.limit(lambda: settings.comment_rate)
def _submit(article: Article, form: CommentForm, policy: CommentPolicy) -> Comment:
    return submit(article, form, policy, request)


def _again(article: Article, form: CommentForm, status: int, reason: str = "") -> Response:
    """The article’s page with the form as it was filled in."""
    if reason:
        form.form_errors.append(reason)
    answer = make_response(article_page(article, form), status)
    answer.cache_control.no_store = True
    return answer


@blueprint.get("/comments/<token>")
def receipt(token: str) -> ResponseReturnValue:
    """A commenter’s private page: the comment as it will look, and where it stands."""
    comment = db.session.scalar(
        select(Comment)
        .where(Comment.receipt_token_hash == token_hash(token))
        .options(joinedload(Comment.article, innerjoin=True))
    )
    if comment is None:
        abort(404)
    headers: dict[str, Any] = {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
    return theme.render("comments/receipt.html", comment=comment), headers
