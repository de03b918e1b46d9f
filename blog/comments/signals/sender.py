"""Checks of the sender: the name, and earlier comments from the same address and network."""

from flask_babel import gettext, ngettext

from blog.comments.protected_names import Claim, claimed_name
from blog.comments.signals.base import HOLD, Check, Details, Finding, Subject
from blog.comments.signals.rule_matching import RuleAction, RuleKind

MANY_BY_ADDRESS, MANY_BY_NETWORK = 3, 5
"""This many comments in ten minutes give a signal; twice as many hold the next one."""
MIN_REJECTED = 2


def _find_imitation(subject: Subject) -> Finding | None:
    claim, name = claimed_name(subject.name, subject.article)
    return (HOLD, {"claim": claim, "name": name}) if claim else None


def _imitation_sentence(details: Details) -> str:
    if details["claim"] == Claim.AUTHOR:
        return gettext("The name looks like that of the article’s author, %(name)s.", name=details["name"])
    if details["claim"] == Claim.MODERATOR:
        return gettext("The name looks like that of the moderator %(name)s.", name=details["name"])
    return gettext("The name claims to be that of a moderator.")


def _rate(count: int, many: int) -> Finding | None:
    if count < many:
        return None
    return HOLD if count >= 2 * many else HOLD // 2, {"count": count}


def _find_address_rate(subject: Subject) -> Finding | None:
    return _rate(subject.known.history.recent_of_address, MANY_BY_ADDRESS)


def _address_rate_sentence(details: Details) -> str:
    return ngettext(
        "%(num)s other comment came from this address within ten minutes.",
        "%(num)s other comments came from this address within ten minutes.",
        details["count"],
    )


def _find_network_rate(subject: Subject) -> Finding | None:
    if any(rule.action == RuleAction.TRUST and rule.kind == RuleKind.NETWORK for rule in subject.known.rules):
        return None
    return _rate(subject.known.history.recent_of_network, MANY_BY_NETWORK)


def _network_rate_sentence(details: Details) -> str:
    return ngettext(
        "%(num)s other comment came from this network within ten minutes.",
        "%(num)s other comments came from this network within ten minutes.",
        details["count"],
    )


def _find_first_comment(subject: Subject) -> Finding | None:
    return None if subject.known.history.of_address else (5, {})


def _first_comment_sentence(_: Details) -> str:
    return gettext("It is the first comment from this address.")


def _find_refusals(subject: Subject) -> Finding | None:
    spam, rejected = subject.known.history.spam_of_address, subject.known.history.rejected_of_address
    if not spam and rejected < MIN_REJECTED:
        return None
    return HOLD, {"spam": spam, "rejected": rejected}


def _refusals_sentence(details: Details) -> str:
    return gettext(
        "Of this address’s comments in the last 90 days, %(rejected)s were rejected and %(spam)s were spam.",
        rejected=details["rejected"],
        spam=details["spam"],
    )


IMITATION = Check("imitation", _find_imitation, _imitation_sentence)
ADDRESS_RATE = Check("address_rate", _find_address_rate, _address_rate_sentence, is_of_text=False)
NETWORK_RATE = Check("network_rate", _find_network_rate, _network_rate_sentence, is_of_text=False)
FIRST_COMMENT = Check("first_comment", _find_first_comment, _first_comment_sentence)
REFUSALS_BEFORE = Check("refused_before", _find_refusals, _refusals_sentence)
