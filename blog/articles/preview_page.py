"""``/preview/<token>``: shows an unpublished article to everyone who has the link."""

from functools import partial

from flask import Blueprint, abort, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from blog.content.drafts import Draft
from blog.content.preview_links import NoPreview, PreviewExpired, previewed
from blog.headers import make_private
from blog.markup.toc import contents
from blog.theming import theme

blueprint = Blueprint("previews", __name__)
blueprint.after_request(partial(make_private, referrer_policy="no-referrer"))


@blueprint.get("/preview/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the draft; redirect to the article once it is public."""
    try:
        found = previewed(token)
    except NoPreview:
        abort(404)
    except PreviewExpired:
        return make_response(theme.render("articles/preview_expired.html"), 410)
    if found is None:
        abort(404)
    if isinstance(found, Draft):
        draft = found.as_article()
        return theme.render(
            "articles/preview.html",
            article=draft,
            contents=contents(draft.body_html, draft.word_count),
            is_scheduled=False,
        )
    if found.is_published:
        return redirect(url_for("articles.show", slug=found.slug), 302)
    return theme.render(
        "articles/preview.html", article=found, contents=contents(found.body_html, found.word_count), is_scheduled=True
    )
