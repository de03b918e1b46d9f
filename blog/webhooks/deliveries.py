"""Stores webhook calls for the worker, and remembers handled ones, so that none is handled twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db
from blog.sync.batches import batches

RETENTION = timedelta(days=2)
"""How long a handled call is remembered. A signature with a time has expired long before."""


class Delivery(Model):
    """One signed call, with the document that it is about if the call names one."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Identifies the call, to recognise one that is sent again."""
    source_id: Mapped[str | None] = mapped_column(String(500))
    """``None`` if the call asks for a complete sync."""
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


# A constant, because the worker asks this four times a second.
_WAITING = select(Delivery).where(Delivery.done_at.is_(None)).order_by(Delivery.id)


def store_delivery(key: str, source_id: str | None) -> bool:
    """Store a call for the worker; return ``False`` if it was stored before."""
    # The unique key decides, and no query before: two processes may receive the same call at once.
    try:
        with write_transaction(db.session()) as session:
            session.add(Delivery(key=key, source_id=source_id, received_at=utc_now()))
    except IntegrityError:
        return False
    return True


def waiting() -> list[Delivery]:
    """Return the calls that wait for the worker, oldest first."""
    found = list(db.session.scalars(_WAITING))
    db.session.commit()
    return found


def finish(deliveries: Sequence[Delivery]) -> None:
    """Mark calls as handled, and delete those that were handled long ago."""
    now = utc_now()
    with write_transaction(db.session()) as session:
        # In batches, because a database accepts only so many values in one statement. The objects stay as they are:
        # comparing each with each batch would take a minute for 70 000.
        for ids in batches(delivery.id for delivery in deliveries):
            # By id, because calls that came in during the sync still wait.
            handled = update(Delivery).where(Delivery.id.in_(ids)).values(done_at=now)
            session.execute(handled, execution_options={"synchronize_session": False})
        session.execute(delete(Delivery).where(Delivery.done_at < now - RETENTION))
