"""Views for sending and previewing a comment."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.comments import refusals
from blog.comments.challenges import create_challenge
from blog.comments.forms import CommentForm
from blog.comments.models import Comment
from blog.comments.parents import ParentNotShown, ThreadClosed, shown_parent
from blog.comments.policy import comment_policy
from blog.comments.receipts import receipt_token
from blog.comments.responses import live_preview, wants_json
from blog.comments.submission import DuplicateComment, submit
from blog.config import CommentPolicy, settings
from blog.content.models import Article, public_article, was_withdrawn
from blog.content.redirects import moved_article
from blog.headers import make_private
from blog.rate_limits import RateLimitExceeded, rate_limited
from blog.same_origin import is_same_origin
from blog.theming import theme

blueprint = Blueprint("comments", __name__)


@blueprint.get("/articles/<slug>/comments")
@blueprint.get("/articles/<slug>/comments/preview")
def redirect_to_form(slug: str) -> ResponseReturnValue:
    """Redirect to the form. Readers come here when they reload or copy the address of a refused comment."""
    return redirect(url_for("articles.show", slug=slug, _anchor="comment-form"), 303)


@blueprint.get("/articles/<slug>/comments/challenge")
def challenge(slug: str) -> ResponseReturnValue:
    """A new challenge for the script on the article's page, which asks for it when the reader begins to write."""
    article = _article(slug)
    if comment_policy(article, settings) is CommentPolicy.CLOSED:
        abort(404)
    try:
        return make_private(jsonify(_challenge(article)))
    except RateLimitExceeded:
        return make_private(refusals.retry_later(make_response(refusals.too_fast(), 429)))


@blueprint.post("/articles/<slug>/comments", endpoint="submit")
def submit_comment(slug: str) -> ResponseReturnValue:
    """Store a comment and redirect to its receipt, or show the form again with an error."""
    article, form = _article(slug), CommentForm()
    policy = comment_policy(article, settings)
    reason = _refusal(policy)
    if reason:
        return form_page(article, form, 403, reason)
    try:
        if not _validate(form):
            return form_page(article, form, 422)
        comment = _submit(article, form, policy)
    except RateLimitExceeded:
        return _too_fast(article, form)
    except DuplicateComment:
        return form_page(article, form, 409, refusals.sent_before())
    except ParentNotShown:
        return _without_parent(article, form, refusals.parent_not_shown())
    except ThreadClosed:
        return _without_parent(article, form, refusals.thread_closed())
    return redirect(url_for("receipts.show", token=receipt_token(article.id, comment.fingerprint)), 303)


@blueprint.post("/articles/<slug>/comments/preview", endpoint="preview")
def preview_comment(slug: str) -> ResponseReturnValue:
    """Show a comment as it would look, above its form. Nothing is stored.

    A client that accepts JSON (the script on the article page) gets only the comment's HTML, or the error.
    """
    article, form = _article(slug), CommentForm()
    reason = _refusal(comment_policy(article, settings))
    if reason:
        return form_page(article, form, 403, reason)
    try:
        is_valid = _validate_text(form)
    except RateLimitExceeded:
        return _too_fast(article, form)
    if wants_json():
        return live_preview(form, form.name.data, form.shown_website)
    return form_page(article, form, 422 if form.errors else 200, preview=is_valid)


@rate_limited(lambda: settings.comment_rate)
def _submit(article: Article, form: CommentForm, policy: CommentPolicy) -> Comment:
    return submit(article, form, policy, request)


# Cleaning a text takes up to 50 ms, so each attempt is counted before it, also those with errors.
@rate_limited(lambda: settings.comment_attempt_rate)
def _validate(form: CommentForm) -> bool:
    return bool(form.validate())


@rate_limited(lambda: settings.comment_attempt_rate)
def _challenge(article: Article) -> dict[str, Any]:
    return create_challenge(article.id)


@rate_limited(lambda: settings.comment_preview_rate)
def _validate_text(form: CommentForm) -> bool:
    return form.validate_text()


def _article(slug: str) -> Article:
    """The article at ``slug``, or the one that had this slug when its page was opened: no text may be lost."""
    return public_article(slug) or moved_article(slug) or abort(410 if was_withdrawn(slug) else 404)


def _refusal(policy: CommentPolicy) -> str:
    """The error for a request that is refused whatever it contains; empty if it can continue."""
    if not is_same_origin(request, settings.url):
        return refusals.from_another_site()
    if policy is CommentPolicy.CLOSED:
        return refusals.comments_closed()
    return ""


def _too_fast(article: Article, form: CommentForm) -> Response:
    return refusals.retry_later(form_page(article, form, 429, refusals.too_fast()))


def _without_parent(article: Article, form: CommentForm, reason: str) -> Response:
    # Sent again, the text is a comment on the article, as the reason says.
    form.parent.data = ""
    return form_page(article, form, 409, reason)


def form_page(article: Article, form: CommentForm, status: int, reason: str = "", *, preview: bool = False) -> Response:
    """The page of the form as it was filled in, with the parent comment, ``reason`` or the preview above it."""
    if reason:
        form.form_errors.append(reason)
    policy = comment_policy(article, settings)
    parent = shown_parent(article, form)
    page = theme.render(
        "comments/write.html", article=article, form=form, policy=policy, preview=preview, parent=parent
    )
    return make_private(make_response(page, status))
