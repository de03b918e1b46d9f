"""What the responses to commenters have in common: private pages, previews, limits."""

from flask import Response, jsonify, request
from flask_babel import gettext

from blog.comments.forms import TextForm
from blog.theming import theme

RETRY_AFTER_SECONDS = 60


def private(response: Response) -> Response:
    """Let no cache keep the response, no search engine list it, and no other site learn its address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def from_another_site() -> str:
    """Why a form that another site sent is refused."""
    return gettext("This came from another site. If you wrote it, send it from here.")


def too_fast() -> str:
    """Why a form is refused that came too soon after others."""
    return gettext("That was a little too fast. Wait a minute, then send it again.")


def wants_json() -> bool:
    """Whether the client is the script on the page, not a browser that shows the answer."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def live_preview(form: TextForm, name: str, website: str) -> Response:
    """The comment's HTML for a script, or the error; ``form`` has been validated."""
    if form.body.errors:
        return private(jsonify(html="", error=form.body.errors[0]))
    html = theme.snippet("comment_preview", author=name, website=website, html=form.clean.html)
    return private(jsonify(html=html, error=""))
