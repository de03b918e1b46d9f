"""Named checks of a comment. Their findings are stored as signals, each with a weight and a sentence.

No check uses the network. If a check fails, the comment waits for a moderator: a fault never publishes anything.
"""

import logging
from collections.abc import Iterable

from flask_babel import gettext
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from blog.comments.challenges import Proof
from blog.comments.models import Comment, CommentSignal, CommentTrace
from blog.comments.signals import (
    akismet,
    article_age,
    classifier,
    duplicates,
    form,
    links,
    proof,
    rule_check,
    sender,
    style,
)
from blog.comments.signals.base import HOLD, SPAM, Check, Findings, Known, Signal, Subject
from blog.comments.signals.history import read_history
from blog.comments.signals.models import AkismetRequest
from blog.comments.signals.rule_matching import RuleInput, read_rules
from blog.comments.signals.text import Text, text_of
from blog.comments.signals.tokens import read_counts, tokens_of
from blog.comments.signals.traces import all_traces, delete_traces, text_traces
from blog.comments.signals.training import delete_learned_words
from blog.content.models import Article
from blog.extensions import db

CHECKS: tuple[Check, ...] = (
    form.HONEYPOT,
    rule_check.RULES,
    sender.IMITATION,
    duplicates.SAME_TEXT,
    duplicates.NEAR_TEXT,
    proof.NO_PROOF,
    classifier.SPAM_DOMAIN,
    classifier.LEARNED_SCORE,
    links.LINKS,
    sender.REFUSALS_BEFORE,
    sender.ADDRESS_RATE,
    sender.NETWORK_RATE,
    form.QUICK,
    style.SHOUTING,
    style.REPETITION,
    sender.FIRST_COMMENT,
    article_age.OLD_ARTICLE,
)
"""Every check. Moderators read sentences of the same weight in this order."""
FAILED = "failed"
"""The name of the signal that lists failed checks."""

# Built once and sent without the ORM's bulk insert, which together make a submit 7 % faster.
_INSERT_SIGNALS = insert(CommentSignal)
_INSERT_TRACES = insert(CommentTrace)
_by_name = {check.name: check for check in (*CHECKS, akismet.AKISMET)}
_logged: set[str] = set()
log = logging.getLogger(__name__)


def examine(comment: Comment, article: Article, *, honeypot: bool, solved: Proof | None = None) -> Findings:
    """Run every check on ``comment``, stored or not; return what they found, the heaviest first."""
    text = text_of(comment.body_html)
    tokens = tokens_of(text, comment.website)
    sent, traces = rule_input(comment, text), text_traces(text)
    subject = Subject(
        article=article,
        name=comment.name,
        email=comment.email,
        website=comment.website,
        network=comment.network,
        text=text,
        tokens=tokens,
        honeypot=honeypot,
        read=_read(comment, traces, tokens, sent),
        proof=solved,
    )
    return Findings(run_checks(subject, CHECKS), all_traces(comment.name, traces, sent.domains))


def run_checks(subject: Subject, checks: Iterable[Check]) -> list[Signal]:
    """What ``checks`` find. Checks that raise are listed in a signal that holds the comment."""
    found, failed = [], []
    for check in checks:
        try:
            finding = check.find(subject)
        except Exception as error:
            failed.append(check.name)
            _log_once(check.name, error)
        else:
            if finding is not None:
                found.append(Signal(check.name, *finding))
    if failed:
        found.append(Signal(FAILED, HOLD, {"checks": failed}))
    return sorted(found, key=lambda signal: -signal.weight)


def sentence(signal: Signal | CommentSignal) -> str:
    """The sentence of ``signal``, in the language of the page."""
    if signal.name == FAILED:
        return gettext("A check failed: %(names)s.", names=", ".join(signal.details["checks"]))
    check = _by_name.get(signal.name)
    try:
        return check.sentence(signal.details) if check else signal.name
    except KeyError:
        # Another version of the blog stored other details; the queue must be shown all the same.
        return signal.name


def store_findings(session: Session, comment_id: int, findings: Findings) -> None:
    """Store what was found on a comment that was just inserted, in the transaction of ``session``."""
    if findings.signals:
        signals = [{"comment_id": comment_id, **vars(signal)} for signal in findings.signals]
        session.connection().execute(_INSERT_SIGNALS, signals)
    # Never empty, unlike the signals: every comment has the trace of its name.
    traces = [{"value": value, "comment_id": comment_id} for value in findings.traces]
    session.connection().execute(_INSERT_TRACES, traces)


def replace_findings(session: Session, comment_id: int, findings: Findings) -> None:
    """Store what was found on the new text of a comment. Earlier signals that do not depend on the text stay."""
    names = {signal.name for signal in findings.signals}
    # A check that found something again is replaced: comment and name are the primary key of a signal. Akismet is not
    # in CHECKS, so what it said about the earlier text goes; it is asked about the new one.
    stay = [check.name for check in CHECKS if not check.is_of_text and check.name not in names]
    is_of_comment = CommentSignal.comment_id == comment_id
    session.execute(delete(CommentSignal).where(is_of_comment, CommentSignal.name.not_in(stay)))
    delete_traces(session, comment_id)
    store_findings(session, comment_id, findings)


def delete_findings(session: Session, comment_id: int) -> None:
    """Delete the signals and traces of a comment and what was learned from it, in the transaction of ``session``."""
    session.execute(delete(CommentSignal).where(CommentSignal.comment_id == comment_id))
    delete_traces(session, comment_id)
    delete_learned_words(session, comment_id)
    session.execute(delete(AkismetRequest).where(AkismetRequest.comment_id == comment_id))


def rule_input(comment: Comment, text: Text | None = None) -> RuleInput:
    """The parts of ``comment`` that rules look at. Pass ``text`` if it was read already."""
    return RuleInput(
        name=comment.name,
        email_key=comment.email_key,
        website=comment.website,
        network=comment.network,
        text=text or text_of(comment.body_html),
    )


def weight_of(signals: Iterable[Signal | CommentSignal]) -> int:
    """The total weight of ``signals``."""
    return sum(signal.weight for signal in signals)


def is_spam(signals: Iterable[Signal | CommentSignal]) -> bool:
    """Whether one of ``signals`` is enough for spam by itself."""
    return any(signal.weight >= SPAM for signal in signals)


def _read(comment: Comment, traces: list[int], tokens: list[str], sent: RuleInput) -> Known | None:
    try:
        # 0 is the id of no row. With NULL in its place, the condition “another id” would be true for none.
        history = read_history(comment.email_key, comment.network, traces, comment.id or 0)
        return Known(history, read_rules(sent), read_counts(tokens))
    except Exception as error:
        # After an error PostgreSQL refuses all further statements of the transaction, but the comment is still to be
        # stored. It is not in the session yet, so the rollback loses nothing.
        db.session.rollback()
        _log_once("database", error)
        return None


def _log_once(name: str, error: Exception) -> None:
    if name not in _logged:
        _logged.add(name)
        log.warning("The check %s failed; comments wait for a moderator until it works again", name, exc_info=error)
