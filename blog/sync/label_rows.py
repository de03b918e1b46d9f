"""Finds or creates the rows of tags and authors; keeps slugs unique within the site and follows renames."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from blog.content.models import Author, FormerSlug, Tag
from blog.content.source_labels import Term
from blog.slugs import slugify

Row = TypeVar("Row", Tag, Author)


class TermRows(Generic[Row]):
    """The rows of ``model`` that a batch's ``terms`` may affect, loaded in one query."""

    def __init__(self, session: Session, model: type[Row], terms: Iterable[Term]) -> None:
        wanted = set(terms)
        slugs, names = {term.slug for term in wanted}, {term.name for term in wanted}
        keys = {term.key for term in wanted if term.key}
        slugs |= {_distinct_slug(term) for term in wanted if term.key}
        query = select(model).where(or_(model.slug.in_(slugs), model.source_key.in_(keys), model.name.in_(names)))
        rows: list[Row] = list(session.scalars(query)) if wanted else []
        self._session = session
        self._model: type[Row] = model
        self._by_slug: dict[str, Row] = {row.slug: row for row in rows}
        self._by_key: dict[str, Row] = {row.source_key: row for row in rows if row.source_key}
        self._by_name: dict[str, Row] = {row.name: row for row in rows if not row.source_key}
        self._found: dict[Term, Row] = {}

    def labels(self, terms: Iterable[Term]) -> list[list[str]]:
        """Slug and name of each of ``terms``, in order, without duplicates."""
        rows = {row.slug: row for row in map(self._row, terms)}
        return [[row.slug, row.name] for row in rows.values()]

    def _row(self, term: Term) -> Row:
        """The row of ``term``: an existing row with its name updated, or a new row."""
        if term in self._found:
            return self._found[term]
        slug = term.slug
        row = self._by_slug.get(slug)
        if row is not None and _is_another(row, term):
            slug = _distinct_slug(term)
            row = self._by_slug.get(slug)
        if row is None:
            row = self._model(slug=slug, name=term.name, source_key=term.key or None)
            self._session.add(row)
            self._by_slug[slug] = row
        elif term.key and row.source_key in {None, term.key}:
            row.name, row.source_key = term.name, term.key
        self._redirect_former_slug(row, term)
        self._found[term] = row
        return row

    def _redirect_former_slug(self, row: Row, term: Term) -> None:
        """Redirect the slug that ``term`` had before to ``row``."""
        former = self._by_key.get(term.key) if term.key else None
        former = former or self._by_name.get(term.name)
        if former is None or former is row:
            return
        kind = self._model.__tablename__
        former.source_key = None
        chained = update(FormerSlug).where(FormerSlug.kind == kind, FormerSlug.target == former.slug)
        self._session.execute(chained.values(target=row.slug))
        taken = [former.slug, row.slug]
        self._session.execute(delete(FormerSlug).where(FormerSlug.kind == kind, FormerSlug.slug.in_(taken)))
        self._session.add(FormerSlug(kind=kind, slug=former.slug, target=row.slug))
        self._by_key.pop(term.key, None)
        self._by_name.pop(term.name, None)


def _is_another(row: Tag | Author, term: Term) -> bool:
    """Whether ``row`` is a different tag or author of the source with the same slug as ``term``."""
    has_other_key = bool(row.source_key and term.key and row.source_key != term.key)
    return has_other_key and row.name.casefold() != term.name.casefold()


def _distinct_slug(term: Term) -> str:
    return f"{term.slug[:150]}-{slugify(term.key)[:49]}"
