"""The titles of checks on moderators' pages."""

from flask_babel import lazy_gettext

SIGNAL_TITLES = {
    "honeypot": lazy_gettext("Hidden field"),
    "rule": lazy_gettext("Rules"),
    "imitation": lazy_gettext("Name like a moderator’s or the author’s"),
    "same_text": lazy_gettext("Same text"),
    "near_text": lazy_gettext("Similar text"),
    "links": lazy_gettext("Links"),
    "refused_before": lazy_gettext("Refused before"),
    "address_rate": lazy_gettext("Many from one address"),
    "network_rate": lazy_gettext("Many from one network"),
    "spam_domain": lazy_gettext("Domain seen in spam"),
    "shouting": lazy_gettext("Shouting"),
    "repetition": lazy_gettext("Repetition"),
    "first_comment": lazy_gettext("First comment"),
    "old_article": lazy_gettext("Old article"),
    "failed": lazy_gettext("A check failed"),
    "learned": lazy_gettext("Learned score"),
    "akismet": lazy_gettext("Akismet"),
    "quick": lazy_gettext("Sent fast"),
    "no_proof": lazy_gettext("No proof of work"),
}
"""The titles by the names of the checks."""


def signal_title(name: str) -> str:
    """The title of the check ``name``; its name if it has none."""
    return str(SIGNAL_TITLES.get(name, name))
