"""Names of accounts: how they are stored, and which of them count as the same name."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from blog.moderation.account_errors import NameTaken, NameUnusable
from blog.unicode import normalize

MAX_NAME, MAX_NAME_KEY = 80, 160
MAX_TYPED_NAME = 1_000
"""How many characters of a typed name are read; every stored name is shorter."""


def name_key(name: str) -> str:
    """The form of a name for comparisons: case-folded, NFKC, without unprintable characters, with single spaces."""
    # Before folding, because NFKC turns some signs into capital letters (“℡” into “TEL”). After it, because folding
    # takes some letters apart (“ǰ”), and NFKC joins them again.
    folded = normalize("NFKC", normalize("NFKC", name[:MAX_TYPED_NAME]).casefold())
    return " ".join("".join(character if character.isprintable() else " " for character in folded).split())


def stored_form(name: str) -> str:
    """The form in which a name is stored: NFC, with single spaces."""
    return normalize("NFC", " ".join(name[: MAX_TYPED_NAME + 1].split()))


def usable_name(name: str) -> str:
    """Return ``name`` in the form in which it is stored.

    :raises NameUnusable: it is empty, too long or has unprintable characters.
    """
    name = stored_form(name)
    if not name or not name.isprintable() or len(name) > MAX_NAME or len(name_key(name)) > MAX_NAME_KEY:
        raise NameUnusable(f"A name has 1 to {MAX_NAME} printable characters. Choose another.")
    return name


@contextmanager
def name_taken_refused(name: str) -> Iterator[None]:
    """Raise :class:`NameTaken` when the database refuses a second account with this name.

    :raises NameTaken: another account has this name.
    """
    # The unique index decides. A SELECT before the INSERT could miss an account that another request adds meanwhile.
    try:
        yield
    except IntegrityError as error:
        raise NameTaken(
            f"There is an account “{name}” already. Choose another name, or set a new password with: "
            f"blog moderator reset-password {name}"
        ) from error
