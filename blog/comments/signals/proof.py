"""Checks of the challenge that the script on the page solves: proof of work, and the time to fill in the form."""

from flask_babel import format_decimal, gettext

from blog.comments.challenges import ProofState
from blog.comments.signals.base import HOLD, Check, Details, Finding, Subject
from blog.config import settings

MIN_SECONDS = 3
MIN_CHARACTERS = 40
"""Nobody types this much in three seconds. It can still be pasted, so the signal alone holds nothing."""


def _find_no_proof(subject: Subject) -> Finding | None:
    proof = subject.proof
    if proof is None or not settings.proof_of_work or proof.state is ProofState.VALID:
        return None
    return no_proof(proof.state)


def no_proof(state: ProofState) -> Finding:
    """The finding on a proof in a ``state`` that is not valid."""
    return HOLD, {"state": str(state)}


def _no_proof_sentence(details: Details) -> str:
    return {
        ProofState.MISSING: gettext("It came without proof of work; its author may have switched off scripts."),
        ProofState.WRONG: gettext("Its proof of work is wrong."),
        ProofState.EXPIRED: gettext("Its proof of work is older than a day."),
        ProofState.USED: gettext("Its proof of work was used for another comment before."),
    }[details["state"]]


def _find_quick(subject: Subject) -> Finding | None:
    seconds = subject.proof.seconds if subject.proof else None
    characters = len(subject.text.plain.strip())
    if seconds is None or seconds >= MIN_SECONDS or characters < MIN_CHARACTERS:
        return None
    return HOLD // 2, {"seconds": seconds, "characters": characters}


def _quick_sentence(details: Details) -> str:
    return gettext(
        "Its %(characters)s characters were sent %(seconds)s seconds after the form was first used.",
        characters=format_decimal(details["characters"]),
        seconds=format_decimal(details["seconds"]),
    )


NO_PROOF = Check("no_proof", _find_no_proof, _no_proof_sentence, is_of_text=False)
QUICK = Check("quick", _find_quick, _quick_sentence, is_of_text=False)
