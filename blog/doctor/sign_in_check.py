"""Checks that somebody can sign in as a moderator."""

from collections.abc import Iterator

from sqlalchemy import select

from blog.doctor.findings import Finding, failed, good
from blog.extensions import db
from blog.moderation.models import Moderator


def check_moderators() -> Iterator[Finding]:
    """Check that there is an active moderator."""
    active = db.session.scalars(select(Moderator).where(Moderator.disabled_at.is_(None))).all()
    if active:
        yield good("moderators", ", ".join(moderator.name for moderator in active))
    else:
        yield failed("moderators", "nobody can sign in; add somebody with: blog moderator add NAME")
