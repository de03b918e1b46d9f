"""The passkeys of accounts: where browsers allow them, and removing one."""

from urllib.parse import urlsplit

from flask import request
from sqlalchemy import delete

from blog.config import settings
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import account_log, recovery_codes
from blog.moderation.account_log import AccountAction
from blog.moderation.models import Moderator, Passkey

MAX_PASSKEYS = 20


class PasskeyRefused(Exception):
    """The answer of an authenticator is not valid."""


def remove(moderator: Moderator, passkey_id: int) -> bool:
    """Delete a passkey of ``moderator``; return whether there was one with this id.

    Without another second factor the recovery codes are deleted, too.
    """
    mine = (Passkey.id == passkey_id, Passkey.moderator_id == moderator.id)
    with write_transaction(db.session()) as transaction:
        name = transaction.scalar(delete(Passkey).where(*mine).returning(Passkey.name))
        if name is not None:
            account_log.record(transaction, AccountAction.PASSKEY_REMOVED, moderator.id, moderator, name)
            recovery_codes.remove_if_useless(transaction, moderator)
    return name is not None


def relying_party() -> str:
    """The host name for which passkeys are created."""
    return urlsplit(origin()).hostname or ""


def origin() -> str:
    """The origin from which browsers create and use passkeys."""
    return settings.url or request.host_url.rstrip("/")


def are_possible() -> bool:
    """Whether browsers allow passkeys here: on a host with a name, over HTTPS or on this machine."""
    host = relying_party()
    # Browsers allow no IP address as a relying party. An IPv6 address has colons, an IPv4 address only digits and dots.
    has_name = ":" not in host and not host.replace(".", "").isdigit()
    return has_name and (host == "localhost" or origin().startswith("https://"))
