"""The administrators' page about the site itself: its content, its worker, and what ``blog doctor`` says."""

import secrets

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog import doctor
from blog.doctor.findings import Finding
from blog.doctor.site_status import site_status
from blog.moderation.account_forms import EmptyForm
from blog.moderation.blueprint import blueprint, render
from blog.webhooks import deliveries


@blueprint.get("/site", endpoint="site")
def show_site() -> str:
    """How the site is."""
    return _page()


@blueprint.post("/site/checks", endpoint="check_site")
def check_site() -> ResponseReturnValue:
    """Run the checks of ``blog doctor`` and show what they find; each question to another server is bounded."""
    if not EmptyForm().validate():
        return _page(), 422
    return _page(doctor.examine())


@blueprint.post("/site/sync", endpoint="sync_site")
def sync_site() -> ResponseReturnValue:
    """Ask the worker for a complete sync, as a signed call of a CMS would."""
    if EmptyForm().validate():
        deliveries.store_delivery(secrets.token_hex(32), None)
        flash(gettext("The worker has been asked for a sync. What it finds is shown here when it is done."), "notice")
    return redirect(url_for("moderation.site"), 303)


def _page(findings: list[Finding] | None = None) -> str:
    return render("site", status=site_status(), findings=findings)
