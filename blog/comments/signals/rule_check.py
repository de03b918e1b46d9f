"""The check of the moderators' rules."""

from flask_babel import gettext, lazy_gettext

from blog.comments.signals.base import HOLD, SPAM, Check, Details, Finding, Subject
from blog.comments.signals.rule_matching import RuleAction

WEIGHTS = {RuleAction.BLOCK: SPAM, RuleAction.HOLD: HOLD}
WITH_KIND = {
    "word": lazy_gettext("the word “%(text)s”"),
    "name": lazy_gettext("the name “%(text)s”"),
    "address": lazy_gettext("the address %(text)s"),
    "domain": lazy_gettext("the domain %(text)s"),
    "network": lazy_gettext("the network %(text)s"),
}


def _find(subject: Subject) -> Finding | None:
    weighty = [rule for rule in subject.known.rules if rule.action != RuleAction.TRUST]
    if not weighty:
        return None
    named = [{"id": rule.id, "kind": rule.kind, "text": rule.text, "action": rule.action} for rule in weighty]
    return max(WEIGHTS[RuleAction(rule.action)] for rule in weighty), {"rules": named}


def _sentence(details: Details) -> str:
    parts = [str(WITH_KIND[rule["kind"]]) % {"text": rule["text"]} for rule in details["rules"]]
    if any(rule["action"] == RuleAction.BLOCK for rule in details["rules"]):
        return gettext("A rule blocks %(what)s.", what=", ".join(parts))
    return gettext("A rule holds %(what)s.", what=", ".join(parts))


RULES = Check("rule", _find, _sentence)
