"""Checks that people can sign in as moderators."""

from collections.abc import Iterator

from sqlalchemy import select

from blog.config import settings
from blog.doctor.findings import Finding, failed, good
from blog.extensions import db
from blog.moderation.models import Moderator


def check_moderators() -> Iterator[Finding]:
    """Check that there is an active moderator."""
    active = db.session.scalars(select(Moderator).where(Moderator.disabled_at.is_(None))).all()
    if active:
        yield good("moderators", ", ".join(moderator.name for moderator in active))
    elif settings.oidc_issuer:
        yield good("moderators", "none yet; people get an account when they sign in through the provider")
    else:
        yield failed("moderators", "nobody can sign in; add somebody with: blog moderator add NAME")


def check_oidc() -> Iterator[Finding]:
    """Check that the OpenID Connect provider answers, with the endpoints and keys that signing in needs."""
    if settings.oidc_issuer is None:
        return
    from blog.moderation import oidc_provider  # noqa: PLC0415 - it slows every start, and few blogs have a provider

    try:
        oidc_provider.read_provider()
    except oidc_provider.ProviderFailed as error:
        yield failed("oidc", f"{error}; until this works, nobody can sign in through the provider")
    else:
        yield good("oidc", f"{settings.oidc_issuer} answers, with all endpoints and its keys")
