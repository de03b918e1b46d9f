"""The privacy page: which personal data the blog keeps, and for how long. It is made from the settings."""

from flask import Blueprint

from blog.cache.policy import cache_page
from blog.comments.withdrawal import RESTORABLE
from blog.config import CommentPolicy, settings
from blog.mail import is_configured
from blog.mail.outbox import ADDRESS_KEPT
from blog.theming import theme

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
def show() -> str:
    """The data kept about readers, commenters and moderators. The page changes only with the settings."""
    cache_page(["privacy"])
    kept = {
        "takes_comments": settings.comments != CommentPolicy.CLOSED,
        "network_days": settings.keep_network_days,
        "user_agent_days": settings.keep_user_agent_days,
        "restorable_days": RESTORABLE.days,
        "edit_minutes": settings.comment_edit_minutes,
        "draws_identicons": settings.identicons,
        "contact": settings.contact,
        "sends_mail": is_configured(settings),
        "mail_days": ADDRESS_KEPT.days,
        "asks_trusted": settings.comments == CommentPolicy.FIRST,
        "asks_akismet": settings.akismet_key is not None,
        "asks_for_work": settings.proof_of_work,
    }
    return theme.render("privacy/show.html", kept=kept)
