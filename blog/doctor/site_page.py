"""The administrators' page about the state of the site: content, worker, and the checks of ``blog doctor``."""

import secrets

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog import doctor
from blog.doctor.findings import Finding
from blog.doctor.site_status import site_status
from blog.moderation.blueprint import blueprint, render
from blog.webhooks import deliveries


@blueprint.get("/site", endpoint="site")
def show_site() -> str:
    """Show the state of the site."""
    return _page()


@blueprint.post("/site/checks", endpoint="check_site")
def check_site() -> str:
    """Run the checks of ``blog doctor`` and show the findings; requests to other servers have time limits."""
    return _page(doctor.examine())


@blueprint.post("/site/sync", endpoint="sync_site")
def sync_site() -> ResponseReturnValue:
    """Ask the worker for a complete sync, in the same way as a webhook call."""
    deliveries.store_delivery(secrets.token_hex(32), None)
    flash(gettext("The worker has been asked for a sync. The result is shown here when it has finished."), "notice")
    return redirect(url_for("moderation.site"), 303)


def _page(findings: list[Finding] | None = None) -> str:
    return render("site", status=site_status(), findings=findings)
