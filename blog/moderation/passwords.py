"""Passwords: stores and compares them, and refuses those that are easy to guess.

They are stored as Argon2id (RFC 9106) with the parameters of the OWASP Password Storage Cheat Sheet, so that a few
attempts at once do not use up a small server's memory or time. There are no rules of composition, as NIST SP 800-63B
and OWASP ASVS 5.0 (6.2) advise: a password only has to be long, and not one that attackers try first.
"""

from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from blog.unicode import normalize

MIN_PASSWORD = 12
MAX_PASSWORD = 1_000
COMMONEST = 10_000
MIN_GUESSES = 10**8
"""An attacker who guesses online for a long time can reach fewer guesses than this."""
ESTIMATED = 72
"""How many characters the estimate uses; it takes more than linear time."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
UNUSABLE_HASH = (
    f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${'A' * 22}${'A' * 43}"
)
"""A hash of no password, which takes as long to refuse as a real one."""


class Weakness(StrEnum):
    """Why a password cannot be used."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


def weakness(password: str, *words: str) -> Weakness | None:
    """Why ``password`` cannot be used, or ``None``. ``words`` are public words, such as the account's name."""
    if len(password) > MAX_PASSWORD:
        return Weakness.LONG
    password = normalize("NFKC", password)
    if len(password) < MIN_PASSWORD:
        return Weakness.SHORT
    return Weakness.COMMON if is_common(password, *words) else None


def is_common(password: str, *words: str) -> bool:
    """Whether ``password`` is very common, or made of common words and ``words``."""
    # Imported here, because the lists take 15 MB and only a process in which somebody chooses a password needs them.
    from zxcvbn import zxcvbn  # noqa: PLC0415
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    # The estimate below counts mixed capitals as many more guesses, so that some of these passwords would pass it.
    if password.casefold() in FREQUENCY_LISTS["passwords"][:COMMONEST]:
        return True
    known = [word.casefold() for text in words for word in ("".join(text.split()), *text.split())]
    return int(zxcvbn(password[:ESTIMATED], user_inputs=known)["guesses"]) < MIN_GUESSES


def hash_password(password: str) -> str:
    """The hash to store."""
    return HASHER.hash(normalize("NFKC", password))


def is_password(stored: str, password: str) -> bool:
    """Whether ``password`` has the hash ``stored``. Comparing with an empty hash takes equally long."""
    try:
        return HASHER.verify(stored or UNUSABLE_HASH, normalize("NFKC", password))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether ``stored`` was made with older parameters."""
    return HASHER.check_needs_rehash(stored)
