"""The check of the challenge that the script on the page solves: proof of work."""

from flask_babel import gettext

from blog.comments.challenges import ProofState
from blog.comments.signals.base import HOLD, Check, Details, Finding, Subject
from blog.config import settings


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


NO_PROOF = Check("no_proof", _find_no_proof, _no_proof_sentence, is_of_text=False)
