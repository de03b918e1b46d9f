"""The rows of moderators: their accounts, how they sign in, and the log of their decisions."""

from blog.moderation.models.account import AccountEvent, Invitation, Moderator, Passkey, RecoveryCode
from blog.moderation.models.decision import CannedReason, Decision, QueueClaim
from blog.moderation.models.sign_in import ModeratorSession, SignInAttempt

__all__ = [
    "AccountEvent",
    "CannedReason",
    "Decision",
    "Invitation",
    "Moderator",
    "ModeratorSession",
    "Passkey",
    "QueueClaim",
    "RecoveryCode",
    "SignInAttempt",
]
