"""The log of decisions: filtered, and in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import ColumnElement, select
from werkzeug.datastructures import MultiDict

from blog.comments.models import Status
from blog.extensions import db
from blog.moderation.bulk_models import BulkDecision
from blog.moderation.bulk_queries import find_bulks, undoable
from blog.moderation.decisions import is_in_force, latest
from blog.moderation.models import Decision, Moderator
from blog.moderation.queue import with_comment
from blog.row_ids import row_id

PAGE_SIZE = 25


@dataclass(frozen=True)
class LogFilter:
    """The decisions to show: on one comment, by one moderator, to one status; all by default."""

    comment_id: int | None = None
    moderator_id: int | None = None
    to: Status | None = None

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str]) -> Self:
        """The filter in the arguments of a URL; invalid values are ignored."""
        to = arguments.get("to", "")
        return cls(
            comment_id=arguments.get("comment", type=row_id),
            moderator_id=arguments.get("moderator", type=row_id),
            to=Status(to) if to in set(Status) else None,
        )

    @property
    def arguments(self) -> dict[str, object]:
        """The arguments for ``url_for``, which leaves out ``None``."""
        return {"comment": self.comment_id, "moderator": self.moderator_id, "to": self.to and self.to.value}

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions for ``where()``."""
        found: list[ColumnElement[bool]] = []
        if self.comment_id is not None:
            found.append(Decision.comment_id == self.comment_id)
        if self.moderator_id is not None:
            found.append(Decision.moderator_id == self.moderator_id)
        if self.to is not None:
            found.append(Decision.to_status == self.to)
        return found


EVERYTHING = LogFilter()


@dataclass(frozen=True)
class LogPage:
    """Some decisions, newest first. ``before`` is set if there are earlier ones."""

    decisions: list[Decision]
    bulks: Mapping[int, BulkDecision]
    """The bulk decisions that some of them stand for, each with all its members; by id."""
    undoable_bulks: set[int]
    """The ids of those of them that can be undone."""
    undoable: set[int]
    """The ids of the decisions that can be undone: the newest of their comment, if still in force."""
    before: int | None


def log_page(wanted: LogFilter = EVERYTHING, before: int | None = None) -> LogPage:
    """The decisions of ``wanted`` before the one with the id ``before``, or the newest."""
    query = with_comment().where(*wanted.conditions).order_by(Decision.id.desc()).limit(PAGE_SIZE + 1)
    # The members of a bulk decision are shown for one comment only. Elsewhere, the bulk decision is one entry.
    if wanted.comment_id is None:
        query = query.where(~Decision.is_member)
    if before is not None:
        query = query.where(Decision.id < before)
    decisions = list(db.session.scalars(query))
    shown = decisions[:PAGE_SIZE]
    newest = latest({decision.comment_id for decision in shown})
    bulk_ids = {decision.bulk_id for decision in shown if decision.bulk_id is not None}
    bulks = find_bulks(bulk_ids) if wanted.comment_id is None and bulk_ids else {}
    return LogPage(
        decisions=shown,
        bulks=bulks,
        undoable_bulks=undoable(bulks.values()),
        undoable={decision.id for decision in newest.values() if is_in_force(decision, decision.comment)},
        before=shown[-1].id if len(decisions) > PAGE_SIZE else None,
    )


def moderators() -> list[Moderator]:
    """All accounts by name, including disabled ones, to choose one from."""
    return list(db.session.scalars(select(Moderator).order_by(Moderator.name_key)))
