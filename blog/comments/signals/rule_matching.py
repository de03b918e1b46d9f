"""Moderators' rules for words, names, addresses, domains and networks: which of them concern a comment."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from ipaddress import ip_network
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, bindparam, case, or_, select

from blog.comments.look_alikes import skeleton
from blog.comments.signals.models import CommentRule
from blog.comments.signals.text import Text, domain_of, normal_domain, words_of
from blog.database import UTCDateTime, utc_now
from blog.extensions import db
from blog.networks import truncate_ip

MAX_READ = 50
"""How many rules are read for a comment: those with the strongest action, and of these the newest."""
SMALLEST = {4: 24, 6: 48}
"""The prefix length of the networks that are stored for senders; a rule cannot name a smaller network."""
# Refuses 0.0.0.0/0 and the like, and bounds the networks that are looked up for a sender: 17 of IPv4, 33 of IPv6.
LARGEST = {4: 8, 6: 16}


class RuleKind(StrEnum):
    """What a rule is about."""

    WORD = "word"
    """A whole word, or several in a row, in the text or the name."""
    NAME = "name"
    """A name, and all names that look like it."""
    ADDRESS = "address"
    DOMAIN = "domain"
    """A host and its subdomains, in links and in mail addresses."""
    NETWORK = "network"


class RuleAction(StrEnum):
    """What a rule does with a comment."""

    BLOCK = "block"
    """It is spam."""
    HOLD = "hold"
    """It waits for a moderator under every policy."""
    TRUST = "trust"
    """Links to the domain, or many comments from the network, do not count against it. This approves nothing."""


STRENGTH = {RuleAction.BLOCK: 2, RuleAction.HOLD: 1, RuleAction.TRUST: 0}
TRUSTABLE = frozenset({RuleKind.DOMAIN, RuleKind.NETWORK})
"""What may be trusted. Not names and addresses: anybody can type any of them."""


class BadRule(ValueError):
    """The text of a rule does not fit its kind."""


def normal_key(kind: RuleKind, text: str) -> str:
    """The key of a rule.

    :raises BadRule: ``text`` does not fit ``kind``.
    """
    key = _KEYS[kind](text.strip())
    if not key:
        raise BadRule(text)
    return key


def _word_key(text: str) -> str:
    words = words_of(text)
    return words[0] if words else ""


def _address_key(text: str) -> str:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return ""
    # Not the validator's normal form: Comment.email_key is the address as it was typed, casefolded.
    return text.casefold()


def _domain_key(text: str) -> str:
    domain = domain_of(text) if "://" in text else normal_domain(text.removeprefix("@").partition("/")[0])
    is_domain = "." in domain and " " not in domain and "@" not in domain
    return domain if is_domain else ""


def _network_key(text: str) -> str:
    try:
        network = ip_network(text if "/" in text else truncate_ip(text), strict=False)
    except ValueError:
        return ""
    is_bounded = LARGEST[network.version] <= network.prefixlen <= SMALLEST[network.version]
    return str(network) if is_bounded else ""


_KEYS: dict[RuleKind, Callable[[str], str]] = {
    RuleKind.WORD: _word_key,
    RuleKind.NAME: skeleton,
    RuleKind.ADDRESS: _address_key,
    RuleKind.DOMAIN: _domain_key,
    RuleKind.NETWORK: _network_key,
}


class FoundRule(NamedTuple):
    """A rule in force."""

    id: int
    kind: str
    key: str
    text: str
    action: str


class RuleInput:
    """The parts of a comment that rules look at."""

    def __init__(self, *, name: str, email_key: str, website: str, network: str, text: Text) -> None:
        # The empty word keeps a rule of several words from matching across the end of the name and the start of the
        # text.
        self.words = (*words_of(name), "", *text.words)
        self.name = skeleton(name)
        self.address = email_key
        hosts = {*text.domains, domain_of(website), normal_domain(email_key.rpartition("@")[2])}
        self.domains = {part for host in hosts for part in with_parents(host)}
        self.networks = set(_supernets(network))

    def keys(self) -> set[str]:
        """The keys of all rules that may concern the comment."""
        keys = {*self.words, self.name, self.address, *self.domains, *self.networks}
        return keys - {""}


def with_parents(host: str) -> Iterator[str]:
    """Yield the host and its parent domains: ``a.b.example`` and ``b.example``."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


# Many comments come from few networks, and building these texts takes 0.3 ms of a comment.
@lru_cache(maxsize=1024)
def _supernets(network: str) -> tuple[str, ...]:
    try:
        inner = ip_network(network)
    except ValueError:
        return ()
    lengths = range(LARGEST[inner.version], inner.prefixlen + 1)
    return tuple(str(inner.supernet(new_prefix=length)) for length in lengths)


def matching(rules: Iterable[FoundRule], sent: RuleInput) -> list[FoundRule]:
    """The rules among ``rules`` that concern the comment."""
    return [rule for rule in rules if is_match(RuleKind(rule.kind), rule.key, rule.text, sent)]


def is_match(kind: RuleKind, key: str, text: str, sent: RuleInput) -> bool:
    """Whether a rule of this kind concerns the comment."""
    if kind is RuleKind.WORD:
        return _contains(sent.words, words_of(text))
    if kind is RuleKind.NAME:
        return key == sent.name
    if kind is RuleKind.ADDRESS:
        return key == sent.address
    return key in (sent.domains if kind is RuleKind.DOMAIN else sent.networks)


def _contains(words: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return any(tuple(words[start : start + size]) == tuple(wanted) for start in range(len(words) - size + 1))


def read_rules(sent: RuleInput) -> list[FoundRule]:
    """The rules in force that concern the comment, in one statement."""
    rows = db.session.execute(_in_force(), {"keys": sorted(sent.keys()), "now": utc_now()})
    return matching((FoundRule(*row) for row in rows), sent)


@cache
def _in_force() -> Select[int, str, str, str, str]:
    # Selects from the table, because selecting the class would double the time of such a small statement.
    rule = CommentRule.__table__.c
    is_kept = or_(rule.ends_at.is_(None), rule.ends_at > bindparam("now", type_=UTCDateTime()))
    is_meant = rule.key.in_(bindparam("keys", expanding=True))
    columns = select(rule.id, rule.kind, rule.key, rule.text, rule.action)
    kept = columns.where(is_meant, rule.removed_at.is_(None), is_kept)
    # A key is only the first word of a phrase, so common words may find many rules that do not concern the comment.
    return kept.order_by(case(STRENGTH, value=rule.action).desc(), rule.id.desc()).limit(MAX_READ)
