"""The views of the log of decisions."""

from flask import Response, request

from blog.database import utc_now
from blog.extensions import db
from blog.moderation import decision_log, log_download
from blog.moderation.blueprint import blueprint, render
from blog.moderation.decision_log import LogFilter
from blog.moderation.decisions import TRANSITIONS
from blog.moderation.next_url import current_url
from blog.moderation.views import shown_message
from blog.row_ids import row_id


@blueprint.get("/log", endpoint="log")
def show_log() -> str:
    """All decisions, or those that a filter in the address names, newest first."""
    wanted = LogFilter.from_arguments(request.args)
    page = decision_log.log_page(wanted, request.args.get("before", type=row_id))
    return render(
        "log",
        page=page,
        wanted=wanted,
        moderators=decision_log.moderators(),
        states=list(TRANSITIONS),
        message=shown_message(),
        next=current_url(),
    )


@blueprint.get("/log.csv", endpoint="log_csv")
def export_log() -> Response:
    """The same decisions as a CSV file, all of them, sent as they are read."""
    lines = log_download.csv_lines(db.engine, LogFilter.from_arguments(request.args))
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="decisions-{utc_now():%Y-%m-%d}.csv"'
    return response
