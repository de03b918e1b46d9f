"""Functions that the views for commenters share: private pages and previews."""

from flask import Response, jsonify, request

from blog.comments.forms import TextForm
from blog.theming import theme


def private(response: Response) -> Response:
    """Tell caches not to store the response, search engines not to list it, and browsers not to send its address on."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def wants_json() -> bool:
    """Whether the client is the script on the page and expects JSON."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def live_preview(form: TextForm, name: str, website: str) -> Response:
    """The comment's HTML for a script, or the error; ``form`` has been validated."""
    if form.body.errors:
        return private(jsonify(html="", error=form.body.errors[0]))
    html = theme.snippet("comment_preview", author=name, website=website, html=form.clean.html)
    return private(jsonify(html=html, error=""))
