"""Checks of the style and the links of a text, and of the age of its article."""

from collections import Counter

from flask_babel import gettext, ngettext

from blog.comments.signals.base import HOLD, Check, Details, Finding, Subject
from blog.comments.signals.rule_matching import RuleAction, RuleKind, with_parents
from blog.database import utc_now

MIN_LETTERS = 30
SHOUTED = 0.7
"""A text with this share of capitals counts as shouting."""
LONG_RUN = 12
"""This many equal characters in a row are more than emphasis."""
MIN_WORDS = 20
REPEATED = 0.3
"""A word with this share of the text counts as repeated."""
OLD_DAYS = 365
FREE_LINKS = 1
"""This many links are normal."""
LINK_WEIGHT = 15
MANY_LINKS = 3
"""This many links hold a comment by themselves."""


def _find_shouting(subject: Subject) -> Finding | None:
    letters = [c for c in subject.text.plain if c.isupper() or c.islower()]
    if len(letters) < MIN_LETTERS:
        return None
    share = sum(c.isupper() for c in letters) / len(letters)
    return (15, {"percent": round(share * 100)}) if share >= SHOUTED else None


def _shouting_sentence(details: Details) -> str:
    return gettext("%(percent)s percent of the letters are capitals.", percent=details["percent"])


def _find_repetition(subject: Subject) -> Finding | None:
    run = _longest_run(subject.text.plain)
    if run >= LONG_RUN:
        return 15, {"run": run}
    words = [word for word in subject.text.words if len(word) > 3]
    if len(words) < MIN_WORDS:
        return None
    word, count = Counter(words).most_common(1)[0]
    return (15, {"word": word[:60], "count": count}) if count / len(words) >= REPEATED else None


def _longest_run(text: str) -> int:
    longest = run = 0
    before = ""
    for character in text:
        run = run + 1 if character == before and character.isprintable() and not character.isspace() else 1
        before = character
        longest = max(longest, run)
    return longest


def _repetition_sentence(details: Details) -> str:
    if "run" in details:
        return gettext("The same character appears %(count)s times in a row.", count=details["run"])
    return gettext("“%(word)s” appears %(count)s times.", word=details["word"], count=details["count"])


def _find_old_article(subject: Subject) -> Finding | None:
    days = (utc_now() - subject.article.published_at).days
    return (10, {"days": days}) if days > OLD_DAYS else None


def _old_article_sentence(details: Details) -> str:
    return gettext("The article is %(days)s days old.", days=details["days"])


def _find_links(subject: Subject) -> Finding | None:
    trusted = {
        rule.key for rule in subject.known.rules if rule.action == RuleAction.TRUST and rule.kind == RuleKind.DOMAIN
    }
    domains = [domain for domain in subject.text.domains if trusted.isdisjoint(with_parents(domain))]
    count = len(domains)
    if count <= FREE_LINKS:
        return None
    weight = HOLD if count >= MANY_LINKS else (count - FREE_LINKS) * LINK_WEIGHT
    return weight, {"count": count, "domains": sorted(set(domains))[:5]}


def _links_sentence(details: Details) -> str:
    return ngettext(
        "It has %(num)s link, to %(domains)s.",
        "It has %(num)s links, to %(domains)s.",
        details["count"],
        domains=", ".join(details["domains"]),
    )


SHOUTING = Check("shouting", _find_shouting, _shouting_sentence)
REPETITION = Check("repetition", _find_repetition, _repetition_sentence)
OLD_ARTICLE = Check("old_article", _find_old_article, _old_article_sentence)
LINKS = Check("links", _find_links, _links_sentence)
