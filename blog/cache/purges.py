"""What the page cache has to forget: rows, written in the transaction that changes what is public.

Every process reads those that came since it last looked, so that all of them forget alike.
"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime
from blog.extensions import Model


class CachePurge(Model):
    """One key that has to be forgotten, and why."""

    __tablename__ = "cache_purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(250))
    reason: Mapped[str] = mapped_column(String(100))
    purged_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy has it
