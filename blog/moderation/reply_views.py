"""The view that takes a moderator's reply from a card. It approves a pending comment."""

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.comments.models import Status
from blog.moderation import messages
from blog.moderation.blueprint import blueprint, wants_fragment
from blog.moderation.decision_views import decide_by_form, decided_card, refuse
from blog.moderation.decisions import CommentChanged, TransitionRefused, latest
from blog.moderation.forms import ReplyForm
from blog.moderation.messages import Message
from blog.moderation.next_url import after_decision
from blog.moderation.replies import ReplyRefused, reply
from blog.moderation.sessions import moderator_or_401
from blog.moderation.views import COMMENT, comment_or_404


@blueprint.post(f"{COMMENT}/replies")
def replies(comment_id: int) -> ResponseReturnValue:
    """Approve the comment if it is pending, then publish the reply. An invalid reply approves nothing."""
    comment = comment_or_404(comment_id)
    form = ReplyForm()
    if not form.validate():
        return refuse(comment, messages.unreadable(form.errors), 422)
    try:
        approval = decide_by_form(form, comment, Status.APPROVED)
        reply(comment.id, form.reply.data, moderator=moderator_or_401(), approval=approval)
    except CommentChanged as error:
        return refuse(error.comment, messages.changed(error), 409)
    except TransitionRefused as error:
        return refuse(comment, messages.refused(error), 422)
    except ReplyRefused as error:
        text = gettext("Readers do not see this comment, so it cannot be replied to.")
        return refuse(error.comment, Message(text, is_error=True), 409)
    decision = approval or latest([comment.id]).get(comment.id)
    if wants_fragment():
        return decided_card(comment_id, decision)
    return redirect(after_decision(form.next.data, decision.id if decision else None), 303)
