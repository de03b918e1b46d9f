"""The page on which a moderator edits a comment."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.comments.models import Comment
from blog.extensions import db
from blog.moderation import edits, messages
from blog.moderation.blueprint import blueprint, may_decide, render
from blog.moderation.decision_views import refuse
from blog.moderation.edits import ModeratorEditRefused
from blog.moderation.forms import EditUndoForm, ModeratorEditForm
from blog.moderation.messages import Message
from blog.moderation.next_url import safe_next_url
from blog.moderation.sessions import moderator_or_401
from blog.moderation.views import COMMENT, comment_or_404


@blueprint.get(f"{COMMENT}/edit", endpoint="edit")
def show_edit(comment_id: int) -> ResponseReturnValue:
    """The form with the text as it was typed."""
    comment = comment_or_404(comment_id)
    if comment.status not in edits.EDITABLE or not may_decide():
        return redirect(url_for("moderation.comment", comment_id=comment.id))
    form = ModeratorEditForm(
        formdata=None,
        body=comment.body,
        revision=comment.revision,
        version=comment.version,
        next=safe_next_url(request.args.get("next")),
    )
    return edit_page(comment, form)


@blueprint.post(f"{COMMENT}/edit")
def save_edit(comment_id: int) -> ResponseReturnValue:
    """Store the text. If the comment has changed meanwhile, the page shows both texts."""
    comment = comment_or_404(comment_id)
    form = ModeratorEditForm()
    if not form.validate():
        return edit_page(comment, form), 422
    try:
        edits.edit(
            comment.id,
            form.body.data,
            form.clean,
            revision=form.revision.data,
            version=form.version.data,
            moderator=moderator_or_401(),
        )
    except ModeratorEditRefused:
        db.session.refresh(comment)
        text = gettext(
            "The comment has changed meanwhile, so nothing was saved. Compare, then save again if yours is right."
        )
        # The page shows the present text as well, so the form gets its numbers, and saving again replaces that text.
        form.revision.data, form.version.data = comment.revision, comment.version
        return edit_page(comment, form, Message(text, is_error=True)), 409
    return redirect(url_for("moderation.comment", comment_id=comment.id), 303)


@blueprint.post(f"{COMMENT}/edit/undo")
def undo_edit(comment_id: int) -> ResponseReturnValue:
    """Restore the text before the edit."""
    comment = comment_or_404(comment_id)
    form = EditUndoForm()
    if not form.validate():
        return refuse(comment, messages.unreadable(form.errors), 422)
    try:
        edits.undo_edit(
            comment.id, revision=form.revision.data, version=form.version.data, moderator=moderator_or_401()
        )
    except ModeratorEditRefused:
        text = gettext("The comment has changed meanwhile, so the edit was not undone.")
        return refuse(comment_or_404(comment_id), Message(text, is_error=True), 409)
    return redirect(url_for("moderation.comment", comment_id=comment.id), 303)


def edit_page(comment: Comment, form: ModeratorEditForm, message: Message | None = None) -> str:
    """The page with ``form``. With a ``message``, it also shows the comment as it is now."""
    return render("edit", comment=comment, form=form, message=message, next=safe_next_url(form.next.data))
