"""Runs the checks of ``blog doctor``.

To add one, write a module beside this one, and add its function to ``CHECKS``; also to ``DATABASE_CHECKS`` if it reads
the database, and to ``CHECKS_BY_SETTING`` if it needs a setting.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType

import click
from sqlalchemy.exc import SQLAlchemyError

from blog.blocking_calls import call_after
from blog.database_errors import reason, remedy
from blog.doctor.comments_check import check_comments
from blog.doctor.database_check import check_database
from blog.doctor.findings import Check, Finding, Level, failed, warning
from blog.doctor.instance_check import check_instance
from blog.doctor.mail_check import check_mail
from blog.doctor.purge_check import check_purge
from blog.doctor.redis_check import check_redis
from blog.doctor.settings_check import check_settings
from blog.doctor.sign_in_check import check_moderators, check_oidc
from blog.doctor.source_check import check_source
from blog.doctor.theme_check import check_theme
from blog.extensions import db

STILL_WAITING_SECONDS = 3

CHECKS = (
    check_settings,
    check_instance,
    check_database,
    check_source,
    check_theme,
    check_redis,
    check_purge,
    check_moderators,
    check_oidc,
    check_comments,
    check_mail,
)
DATABASE_CHECKS: set[Check] = {check_source, check_theme, check_purge, check_moderators, check_comments, check_mail}
CHECKS_BY_SETTING: dict[str, set[Check]] = {
    "database_url": {check_database, *DATABASE_CHECKS},
    "source": {check_source},
    "redis_url": {check_redis},
    "smtp_url": {check_mail},
    "purge": {check_purge},
    "purge_token": {check_purge},
    "source_key": {check_source},
    "source_admin_key": {check_source},
    "oidc_issuer": {check_oidc},
}


def examine(faults: Mapping[str, str] = MappingProxyType({})) -> list[Finding]:
    """Run all checks and return the findings. A database error in a check is a finding too.

    ``faults`` are error messages about settings; checks that need those settings are skipped.
    """
    findings = [failed("settings", fault) for fault in faults.values()]
    skipped = {check for name in faults for check in CHECKS_BY_SETTING.get(name, ())}
    for check in CHECKS:
        if check not in skipped:
            found = list(_findings(check))
            findings += found
            if check is check_database and any(finding.level is Level.FAILED for finding in found):
                skipped |= DATABASE_CHECKS
    if skipped:
        names = ", ".join(_subject(check) for check in CHECKS if check in skipped)
        findings.append(warning("doctor", f"not checked until what failed above is fixed: {names}"))
    return findings


def _subject(check: Check) -> str:
    return check.__name__.removeprefix("check_")


def _findings(check: Check) -> Iterator[Finding]:
    subject = _subject(check)
    with call_after(STILL_WAITING_SECONDS, partial(click.echo, f"still waiting for: {subject}", err=True)):
        yield from _caught(check, subject)


def _caught(check: Check, subject: str) -> Iterator[Finding]:
    try:
        yield from check()
    except SQLAlchemyError as error:
        db.session.rollback()
        yield failed(subject, f"the database reported an error ({reason(error)}). {remedy(error)}".rstrip())
