"""Finds or creates the rows of tags and authors; keeps slugs unique within the site and follows renames."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from blog.content.models import Author, FormerSlug, Tag
from blog.content.source_labels import SourceLabel
from blog.slugs import slugify

Row = TypeVar("Row", Tag, Author)


class LabelRows(Generic[Row]):
    """The rows of ``model`` that a batch's ``labels`` may affect, loaded in one query."""

    def __init__(self, session: Session, model: type[Row], labels: Iterable[SourceLabel]) -> None:
        wanted = set(labels)
        slugs, names = {label.slug for label in wanted}, {label.name for label in wanted}
        keys = {label.key for label in wanted if label.key}
        slugs |= {_distinct_slug(label) for label in wanted if label.key}
        query = select(model).where(or_(model.slug.in_(slugs), model.source_key.in_(keys), model.name.in_(names)))
        rows: list[Row] = list(session.scalars(query)) if wanted else []
        self._session = session
        self._model: type[Row] = model
        self._by_slug: dict[str, Row] = {row.slug: row for row in rows}
        self._by_key: dict[str, Row] = {row.source_key: row for row in rows if row.source_key}
        self._by_name: dict[str, Row] = {row.name: row for row in rows if not row.source_key}
        self._found: dict[SourceLabel, Row] = {}

    def slugs_and_names(self, labels: Iterable[SourceLabel]) -> list[list[str]]:
        """Slug and name of each of ``labels``, in order, without duplicates."""
        rows = {row.slug: row for row in map(self._row, labels)}
        return [[row.slug, row.name] for row in rows.values()]

    def _row(self, label: SourceLabel) -> Row:
        """The row of ``label``: an existing row with its name updated, or a new row."""
        if label in self._found:
            return self._found[label]
        slug = label.slug
        row = self._by_slug.get(slug)
        if row is not None and _is_another(row, label):
            slug = _distinct_slug(label)
            row = self._by_slug.get(slug)
        if row is None:
            row = self._model(slug=slug, name=label.name, source_key=label.key or None)
            self._session.add(row)
            self._by_slug[slug] = row
        # A row with another key stays as it is: WordPress may have a category and a tag of the same name, which
        # are one tag here.
        elif label.key and row.source_key in {None, label.key}:
            row.name, row.source_key = label.name, label.key
        self._redirect_former_slug(row, label)
        self._found[label] = row
        return row

    def _redirect_former_slug(self, row: Row, label: SourceLabel) -> None:
        """Redirect the slug that ``label`` had before to ``row``."""
        former = self._by_key.get(label.key) if label.key else None
        # A row without a key comes from a source that knows only names, such as a folder. The name is what it has in
        # common with the label of a CMS that replaces the folder.
        former = former or self._by_name.get(label.name)
        if former is None or former is row:
            return
        kind = self._model.__tablename__
        # Only one row may have the key; otherwise a later sync would find either of them, by chance.
        former.source_key = None
        chained = update(FormerSlug).where(FormerSlug.kind == kind, FormerSlug.target == former.slug)
        self._session.execute(chained.values(target=row.slug))
        # A label that takes an earlier slug back would otherwise redirect to itself, after the update above.
        taken = [former.slug, row.slug]
        self._session.execute(delete(FormerSlug).where(FormerSlug.kind == kind, FormerSlug.slug.in_(taken)))
        self._session.add(FormerSlug(kind=kind, slug=former.slug, target=row.slug))
        self._by_key.pop(label.key, None)
        self._by_name.pop(label.name, None)


def _is_another(row: Tag | Author, label: SourceLabel) -> bool:
    """Whether ``row`` is a different tag or author of the source with the same slug as ``label``."""
    has_other_key = bool(row.source_key and label.key and row.source_key != label.key)
    return has_other_key and row.name.casefold() != label.name.casefold()


def _distinct_slug(label: SourceLabel) -> str:
    # Together at most 200 characters, as many as the column holds.
    return f"{label.slug[:150]}-{slugify(label.key)[:49]}"
