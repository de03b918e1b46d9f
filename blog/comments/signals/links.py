"""A check of the number of links in a comment. Links to trusted domains do not count."""

from flask_babel import ngettext

from blog.comments.signals.base import HOLD, Check, Details, Finding, Subject
from blog.comments.signals.rule_matching import RuleAction, RuleKind, with_parents

FREE_LINKS = 1
"""This many links are normal."""
LINK_WEIGHT = 15
MANY_LINKS = 3
"""This many links hold a comment by themselves."""


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


LINKS = Check("links", _find_links, _links_sentence)
