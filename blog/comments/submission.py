"""Stores a submitted comment exactly once, however often the button is pressed."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from flask import Request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog.cache.purges import purge
from blog.comments.akismet.outbox import enqueue_check
from blog.comments.challenges import Proof, ProofState, read_proof, spend
from blog.comments.counts import count_comments, lock_articles
from blog.comments.forms import CommentForm
from blog.comments.models import Comment, Status
from blog.comments.notices.triggers import enqueue_new_text_mail, enqueue_publication_mails
from blog.comments.parents import find_parent
from blog.comments.policy import Verdict, first_status, verdict
from blog.comments.receipts import receipt_token, token_hash
from blog.comments.signals import examine, store_findings
from blog.comments.signals.base import Findings, Signal
from blog.comments.signals.proof import NO_PROOF, no_proof
from blog.comments.subscriptions import enqueue_confirmation
from blog.comments.thread_paths import add_comments
from blog.comments.trust import expects_confirmation
from blog.config import CommentPolicy, settings
from blog.content.cache_keys import thread_keys
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.markup.comment import CLEANER_VERSION
from blog.networks import truncate_ip
from blog.unicode import sanitize_text

DOUBLE_CLICK = timedelta(minutes=10)
"""The same text from the same sender within this time is a second click on the button."""
CONFIRMATION_TIME = timedelta(minutes=10)
"""The delay before moderators are mailed about a comment that its author can publish by confirming it."""
MAX_USER_AGENT = 300
MAX_LANGUAGES = 100


@dataclass
class DuplicateComment(Exception):
    """The same text was sent by the same address before; ``earlier`` is that comment."""

    earlier: Comment


def submit(article: Article, form: CommentForm, policy: CommentPolicy, request: Request) -> Comment:
    """Store the valid ``form`` as a comment on ``article``; a second click returns the comment of the first.

    :raises DuplicateComment: the same address sent the same text before, too long ago for a second click.
    :raises ParentNotShown: it replies to a comment that readers do not see.
    :raises ThreadClosed: it replies to a comment in a closed thread.
    """
    proof = read_proof(form.proof.data or "", article.id)
    comment = _comment(article, form, request)
    # Before the transaction, to keep it short. A check that cannot read the database also rolls the session back.
    findings = examine(comment, article, honeypot=bool(form.nickname.data), solved=proof)
    try:
        with write_transaction(db.session()) as session:
            _spend_proof(session, findings, proof)
            found = verdict(findings.signals)
            # Without is_trusted: anybody can type a trusted address, so only a confirmation publishes by trust.
            comment.status = first_status(policy, found)
            # Only a public comment changes counts. The lock comes before the parent is read: nobody hides it now.
            if comment.is_public:
                lock_articles(session, [article.id])
            add_comments(session, [comment], find_parent(article, form))
            store_findings(session, comment.id, findings)
            enqueue_check(session, comment)
            _enqueue_mail(session, comment, policy, found)
            if comment.is_public:
                _publish(session, comment)
    except IntegrityError:
        # The unique index decides, not a query before the insert: of two clicks at once, neither would find the other.
        earlier = _earlier(comment)
        if earlier is None:
            raise
        if not _is_second_click(comment, earlier):
            raise DuplicateComment(earlier) from None
        return earlier
    return comment


def _spend_proof(session: Session, findings: Findings, proof: Proof) -> None:
    """Use up the proof of work; a comment whose proof was used before waits for a moderator."""
    # A second click finds its proof used, too, but then its insert fails, and all of this is rolled back.
    if settings.proof_of_work and proof.state is ProofState.VALID and not spend(session, proof):
        findings.signals.append(Signal(NO_PROOF.name, *no_proof(ProofState.USED)))


def _publish(session: Session, comment: Comment) -> None:
    """Count a comment that is public at once, mail the authors whom it concerns, and purge the pages that show it."""
    count_comments(session, [comment], 1)
    enqueue_publication_mails(session, [comment])
    purge(session, thread_keys(comment.article_id), "open policy")


def _enqueue_mail(session: Session, comment: Comment, policy: CommentPolicy, found: Verdict) -> None:
    """Mail the moderators, and ask for a confirmation if the commenter wants mail or it would publish the comment."""
    is_awaited = policy is CommentPolicy.FIRST and expects_confirmation(session, comment, found)
    enqueue_new_text_mail(session, comment, delay=CONFIRMATION_TIME if is_awaited else None)
    if is_awaited or (comment.mail_wanted and comment.status != Status.SPAM):
        enqueue_confirmation(session, comment)


def _comment(article: Article, form: CommentForm, request: Request) -> Comment:
    email, body = form.email.data, form.body.data
    # The same short text may be a reply to several comments.
    what = f"{email.casefold()}\0{body}" + (f"\0{form.parent.data}" if form.parent.data else "")
    fingerprint = sha256(what.encode()).hexdigest()
    return Comment(
        article_id=article.id,
        name=form.name.data,
        email=email,
        website=form.website.data,
        body=body,
        body_html=form.clean.html,
        cleaner_version=CLEANER_VERSION,
        submitted_at=utc_now(),
        network=truncate_ip(request.remote_addr),
        user_agent=sanitize_text(request.user_agent.string[:MAX_USER_AGENT]),
        accept_language=sanitize_text(request.headers.get("Accept-Language", "")[:MAX_LANGUAGES]),
        fingerprint=fingerprint,
        receipt_token_hash=token_hash(receipt_token(article.id, fingerprint)),
        mail_wanted=form.notify.data and form.offers_mail,
    )


def _earlier(comment: Comment) -> Comment | None:
    return db.session.scalar(
        select(Comment).where(Comment.article_id == comment.article_id, Comment.fingerprint == comment.fingerprint)
    )


def _is_second_click(comment: Comment, earlier: Comment) -> bool:
    # The response leads to the earlier receipt, with which one can edit and withdraw. Others may know the address and
    # the public text, so they must not get there by sending both again.
    is_same_sender = (earlier.network, earlier.name) == (comment.network, comment.name)
    return (
        is_same_sender
        and comment.submitted_at - earlier.submitted_at < DOUBLE_CLICK
        and earlier.status != Status.REJECTED
    )
