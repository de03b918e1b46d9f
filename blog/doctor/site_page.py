"""The administrators' page about the state of the site: content, worker, and the checks of ``blog doctor``."""

import secrets
import shutil
from datetime import timedelta
from pathlib import Path

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import text

from blog.cdn.progress import position_of
from blog.config import settings
from blog.content.preview_links import unpublished
from blog.database import utc_now
from blog.doctor.checks import examine
from blog.doctor.findings import Finding
from blog.extensions import db
from blog.mail import outbox
from blog.moderation.blueprint import blueprint, render
from blog.sources.registry import source_name
from blog.sync.rejections import rejections
from blog.sync.state import source_state
from blog.theming import theme
from blog.webhooks import deliveries

MAX_REJECTIONS = 50
MAX_MAILS = 20
WORKER_LATE = timedelta(minutes=2)
"""A worker that has not reported for this long is not running, or hangs."""


@blueprint.get("/site", endpoint="site")
def show_site() -> str:
    """Show the state of the site."""
    return _page()


@blueprint.post("/site/checks", endpoint="check_site")
def check_site() -> str:
    """Run the checks of ``blog doctor`` and show the findings; requests to other servers have time limits."""
    return _page(examine())


@blueprint.post("/site/sync", endpoint="sync_site")
def sync_site() -> ResponseReturnValue:
    """Ask the worker for a complete sync, in the same way as a webhook call."""
    # A random key, because a call with a key that is known already is not stored.
    deliveries.store_delivery(secrets.token_hex(32), None)
    flash(gettext("The worker has been asked for a sync. The result is shown here when it has finished."), "notice")
    return redirect(url_for("moderation.site"), 303)


def _page(findings: list[Finding] | None = None) -> str:
    return render("site", status=_site_status(), findings=findings)


def _site_status() -> dict[str, object]:
    """The state of the site from the database and this process, without requests to other servers."""
    source = source_state(source_name(settings))
    seen = source.worker_seen_at
    count, first = rejections(source.source, MAX_REJECTIONS)
    mails = outbox.unsent(MAX_MAILS) if settings.smtp_url else []
    return {
        "source": source,
        "is_worker_alive": seen is not None and utc_now() - seen < WORKER_LATE,
        "rejected": first,
        "rejected_count": count,
        "unpublished": unpublished(),
        "theme_faults": [str(fault) for fault in theme.current().faults.values() if not fault.is_expected],
        "mails": list(mails),
        "mail_count": sum(outbox.count_unsent()) if settings.smtp_url else 0,
        "purged_until": _purged_until(),
        "database_mb": _database_bytes() / 1e6,
        "free_gb": shutil.disk_usage(settings.instance).free / 1e9,
    }


def _purged_until() -> str | None:
    """Until when changes were purged from the cache in front of the blog (ISO 8601); ``None`` without such a cache."""
    if not settings.purge:
        return None
    position, _ = position_of(settings.purge)
    return position.purged_until.isoformat(timespec="seconds")


def _database_bytes() -> int:
    if db.engine.dialect.name == "sqlite":
        file = Path(str(db.engine.url.database))
        return sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.exists())
    return int(db.session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
