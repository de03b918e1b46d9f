"""Addresses whose owners want no mail from this site."""

from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from blog.database import insert_into, utc_now
from blog.mail.models import MailBlock


def block(session: Session, address: str) -> None:
    """Send no more mail to ``address``. A second call changes nothing, even at the same time."""
    row = insert_into(session, MailBlock).values(address_hash=_hash(address), blocked_at=utc_now())
    session.execute(row.on_conflict_do_nothing())


def unblock(session: Session, address: str) -> None:
    """Send mail to ``address`` again."""
    session.execute(delete(MailBlock).where(MailBlock.address_hash == _hash(address)))


def is_blocked(session: Session, address: str) -> bool:
    """Whether the owner of ``address``, ignoring case, wants no mail."""
    return session.get(MailBlock, _hash(address), populate_existing=True) is not None


def _hash(address: str) -> str:
    return sha256(address.casefold().encode()).hexdigest()
