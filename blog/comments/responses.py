"""Functions that the views for commenters share: the kind of response, and previews."""

from flask import Response, jsonify, request

from blog.comments.forms import TextForm
from blog.headers import make_private
from blog.theming import theme


def wants_json() -> bool:
    """Whether the client is the script on the page and expects JSON."""
    # HTML is named first, because the first of equals wins: clients that accept anything get the page.
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def live_preview(form: TextForm, name: str, website: str) -> Response:
    """The comment's HTML for a script, or the error; ``form`` has been validated."""
    if form.body.errors:
        return make_private(jsonify(html="", error=form.body.errors[0]))
    html = theme.snippet("comment_preview", author=name, website=website, html=form.clean.html)
    return make_private(jsonify(html=html, error=""))
