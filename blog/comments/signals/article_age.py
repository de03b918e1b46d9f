"""A check of the age of the article: spammers like old ones, which nobody watches."""

from flask_babel import gettext

from blog.comments.signals.base import Check, Details, Finding, Subject
from blog.database import utc_now

OLD_DAYS = 365


def _find_old_article(subject: Subject) -> Finding | None:
    days = (utc_now() - subject.article.published_at).days
    return (10, {"days": days}) if days > OLD_DAYS else None


def _old_article_sentence(details: Details) -> str:
    return gettext("The article is %(days)s days old.", days=details["days"])


OLD_ARTICLE = Check("old_article", _find_old_article, _old_article_sentence)
