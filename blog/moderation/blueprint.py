"""The blueprint of everything under ``/moderation``: moderators only, never cached, never indexed."""

from datetime import datetime, timedelta
from functools import partial

from babel.dates import format_timedelta
from flask import Blueprint, request
from flask_babel import get_locale
from markupsafe import Markup

from blog.comments import signals
from blog.comments.withdrawal import restorable_until
from blog.database import utc_now
from blog.headers import make_private
from blog.moderation import account_messages, bulk_messages, messages, sessions
from blog.moderation.decisions import MAX_REASON, targets
from blog.moderation.queue_filter_sentence import narrowing_sentence
from blog.theming import theme
from blog.theming.site import date_and_time

blueprint = Blueprint("moderation", __name__, url_prefix="/moderation")
# Over HTTPS, Flask-WTF refuses forms without a Referer (WTF_CSRF_SSL_STRICT), and “no-referrer” would leave it out.
blueprint.after_request(partial(make_private, referrer_policy="same-origin"))
blueprint.add_app_template_filter(messages.status_name)
blueprint.add_app_template_filter(messages.verb)
blueprint.add_app_template_filter(messages.decision_sentence)
blueprint.add_app_template_filter(messages.decision_message)
blueprint.add_app_template_filter(messages.history_sentence)
blueprint.add_app_template_filter(bulk_messages.bulk_sentence)
blueprint.add_app_template_filter(bulk_messages.left_sentence)
blueprint.add_app_template_filter(bulk_messages.outcome_name)
blueprint.add_app_template_filter(bulk_messages.total_sentence)
blueprint.add_app_template_filter(bulk_messages.view_sentence)
blueprint.add_app_template_filter(narrowing_sentence)
blueprint.add_app_template_filter(targets)
blueprint.add_app_template_filter(restorable_until)
blueprint.add_app_template_filter(signals.sentence, "signal_sentence")
blueprint.add_app_template_filter(account_messages.role_name)
blueprint.add_app_template_filter(account_messages.event_sentence)
blueprint.add_app_template_filter(account_messages.event_detail)
blueprint.add_app_template_filter(account_messages.browser_name)


@blueprint.app_template_global()
def may_decide() -> bool:
    """Whether the current user may decide on comments."""
    moderator = sessions.signed_in()
    return moderator is not None and moderator.can_decide


@blueprint.app_template_filter()
def age(time: datetime) -> Markup:
    """A ``<time>`` such as “3 min”, with the exact time as its title."""
    passed = max(utc_now() - time, timedelta())
    shown = format_timedelta(passed, granularity="minute", format="short", locale=get_locale())
    element = Markup('<time datetime="{}" title="{}">{}</time>')
    return element.format(time.isoformat(timespec="seconds"), date_and_time(time), shown)


def render(template: str, **context: object) -> str:
    """A page for moderators, with the current user."""
    return theme.render(
        f"moderation/{template}.html",
        moderator=sessions.signed_in(),
        max_reason=MAX_REASON,
        **context,
    )


def fragment(name: str, **context: object) -> str:
    """A part of a page for moderators: the snippet ``_moderation_<name>.html``."""
    return theme.snippet(f"moderation_{name}", **{"max_reason": MAX_REASON, "is_for_author": False, **context})


def wants_fragment() -> bool:
    """Whether a script of our own pages sent the request, and inserts the response into its page."""
    return "X-Fragment" in request.headers
