"""The log of decisions as a CSV file, which is read in parts and has no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from blog.moderation.decision_log import LogFilter
from blog.moderation.models import Decision
from blog.moderation.queue import with_comment
from blog.row_ids import MAX_ID

CSV_BATCH = 500
CSV_COLUMNS: dict[str, Callable[[Decision], str]] = {
    "decision": lambda decision: str(decision.id),
    "time": lambda decision: decision.decided_at.isoformat(timespec="seconds"),
    "moderator": lambda decision: decision.moderator.name,
    "comment": lambda decision: str(decision.comment_id),
    "article": lambda decision: decision.comment.article.slug,
    "from": lambda decision: decision.from_status,
    "to": lambda decision: decision.to_status,
    "reason": lambda decision: decision.reason,
    "shared": lambda decision: "yes" if decision.is_for_author else "no",
    "undoes": lambda decision: str(decision.undoes_id or ""),
    "bulk": lambda decision: str(decision.bulk_id or ""),
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these would be a formula in a spreadsheet (OWASP, “CSV Injection”)."""


def csv_lines(engine: Engine, wanted: LogFilter) -> Iterator[str]:
    """The decisions of ``wanted`` as CSV (RFC 4180), newest first, after a header line.

    It needs no application context, because the server reads it after the request.
    """
    yield _line(CSV_COLUMNS)
    query = with_comment().where(*wanted.conditions).order_by(Decision.id.desc()).limit(CSV_BATCH)
    before = MAX_ID  # the largest id that PostgreSQL stores, so no log gets as far
    while True:
        with Session(engine) as session:
            decisions = session.scalars(query.where(Decision.id < before)).all()
        # After the session, because a slow browser must not hold a connection to the database.
        yield from (_line(cell(decision) for cell in CSV_COLUMNS.values()) for decision in decisions)
        if len(decisions) < CSV_BATCH:
            return
        before = decisions[-1].id


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells)
    return text.getvalue()
