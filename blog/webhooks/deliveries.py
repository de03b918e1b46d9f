"""Webhook calls that wait for the worker, and those already handled, so that none is handled twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db

RETENTION = timedelta(days=2)
"""How long a delivery is remembered; by then its signature is long out of date where it carries a time."""


class Delivery(Model):
    """One signed call: which document it is about, where it said so."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """What tells this call from any other, of whichever CMS."""
    source_id: Mapped[str | None] = mapped_column(String(500))
    """``None`` where it asks for everything to be looked at."""
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


def store_delivery(key: str, source_id: str | None) -> bool:
    """Put a call where the worker finds it; ``False`` where the same one came before."""
    try:
        with write_transaction(db.session()) as session:
            session.add(Delivery(key=key, source_id=source_id, received_at=utc_now()))
    except IntegrityError:
        return False
    return True


def waiting() -> list[Delivery]:
    """The calls that wait, the oldest first."""
    found = list(db.session.scalars(select(Delivery).where(Delivery.done_at.is_(None)).order_by(Delivery.id)))
    db.session.commit()
    return found


def finish(deliveries: Sequence[Delivery]) -> None:
    """They are done. Those that were done long ago are forgotten."""
    now = utc_now()
    with write_transaction(db.session()) as session:
        ids = [delivery.id for delivery in deliveries]
        session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(done_at=now))
        session.execute(delete(Delivery).where(Delivery.done_at < now - RETENTION))
