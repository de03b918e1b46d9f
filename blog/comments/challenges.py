"""Challenges for the comment form: a signed time, and with ``BLOG_PROOF_OF_WORK`` a task that costs the sender work.

Pages are the same bytes for everyone, so a script fetches a challenge when a reader begins to write. The package
``altcha`` makes and verifies it: the browser tries numbers until PBKDF2 gives the key that the challenge asks for.
Without proof of work the first number is the solution, and only the signed time is used.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import altcha
from flask import current_app
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from blog.config import settings
from blog.database import UTCDateTime, insert_into, utc_now, write_transaction
from blog.extensions import Model, db

LIFETIME = timedelta(days=1)
"""Readers may leave a comment unfinished for some hours, so a challenge is good for a day."""
ALGORITHM = "PBKDF2/SHA-256"
ITERATIONS = 500
ATTEMPTS = range(200, 600)
"""How many numbers a browser tries, each with so many iterations: about half a second of a desktop's time."""
MAX_PROOF = 2_000
"""A solved challenge takes about 700 characters."""


class ProofState(StrEnum):
    """The result of the verification of a proof."""

    VALID = "valid"
    MISSING = "missing"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    """It was sent with another comment before."""


@dataclass(frozen=True)
class Proof:
    """A solved challenge as it came with a comment."""

    state: ProofState
    seconds: float | None = None
    """The time since the challenge was made; ``None`` if it is not known."""
    signature: str = ""
    """The signature of a valid challenge, which no other challenge has."""
    expires_at: datetime | None = None


class UsedChallenge(Model):
    """A challenge that was solved for a stored comment, so that its solution works only once."""

    __tablename__ = "used_challenge"

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


def create_challenge(article_id: int) -> dict[str, Any]:
    """Return a new challenge for a comment on the article, as JSON for the script on its page."""
    # Nobody can predict the number: a sender who could would try it first, and have no work.
    attempts = secrets.choice(ATTEMPTS) if settings.proof_of_work else 0
    challenge = altcha.create_challenge(
        ALGORITHM,
        ITERATIONS if settings.proof_of_work else 1,
        counter=attempts,
        expires_at=utc_now() + LIFETIME,
        data={"article": article_id, "issued": round(time.time(), 3)},
        hmac_secret=_key("challenge"),
        # This also signs the solution, so that verifying it takes one HMAC instead of deriving the key again.
        hmac_key_secret=_key("solution"),
    )
    return challenge.to_dict()


def read_proof(payload: str, article_id: int) -> Proof:
    """Verify the value of the form's field ``proof``. Malformed values are wrong proofs, never errors."""
    if not payload:
        return Proof(ProofState.MISSING)
    try:
        # The length is checked first, because anybody can send anything. Deeply nested JSON raises RecursionError.
        solved = altcha.Payload.from_base64(payload) if len(payload) <= MAX_PROOF else None
    except (KeyError, RecursionError, TypeError, ValueError):
        solved = None
    if solved is None:
        return Proof(ProofState.WRONG)
    result = altcha.verify_solution(solved, _key("challenge"), hmac_key_secret=_key("solution"))
    if not result.verified:
        return Proof(ProofState.EXPIRED if result.expired else ProofState.WRONG)
    return _verified(solved.challenge, article_id)


def _verified(challenge: altcha.Challenge, article_id: int) -> Proof:
    """The proof of a challenge whose signature is valid, so its values are those of :func:`create_challenge`."""
    data = challenge.parameters.data or {}
    if data.get("article") != article_id:
        return Proof(ProofState.WRONG)
    seconds = time.time() - data["issued"]
    return Proof(
        ProofState.VALID,
        # The clocks of two machines may differ.
        seconds=round(seconds, 1) if seconds >= 0 else None,
        signature=str(challenge.signature),
        expires_at=datetime.fromtimestamp(challenge.parameters.expires_at or 0, UTC),
    )


def spend(session: Session, proof: Proof) -> bool:
    """Note that a valid ``proof`` is used, in the transaction that stores its comment; ``False`` if it was before."""
    # Not a plain INSERT: its IntegrityError would end the transaction, and submit() would take it for a second click.
    # If two requests have the same proof, the second one waits here on PostgreSQL until the first has committed.
    row = insert_into(session, UsedChallenge).values(signature=proof.signature, expires_at=proof.expires_at)
    added = row.on_conflict_do_nothing(index_elements=["signature"]).returning(UsedChallenge.signature)
    return session.scalar(added) is not None


def prune_challenges() -> None:
    """Delete used challenges that have expired, and so are refused anyway."""
    with write_transaction(db.session()) as session:
        session.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < utc_now()))


def _key(purpose: str) -> str:
    # Each purpose has its own key, so that a signature made for one is worthless for the other.
    return f"{purpose}:{current_app.secret_key!s}"
