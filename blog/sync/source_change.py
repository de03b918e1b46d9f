"""Asks for confirmation before one source's articles replace another's: ``BLOG_SOURCE`` may be unset by mistake."""

from sqlalchemy import func, select

from blog.content.models import Article
from blog.errors import OperatorError
from blog.extensions import db
from blog.sources.registry import DEMO_SOURCE
from blog.sync.report import counted


class SourceChangeRefused(OperatorError):
    """The blog shows articles of another source, and the operator has not confirmed that this one replaces it."""


def check_source_change(source: str, *, is_confirmed: bool) -> bool:
    """Return whether ``source`` is about to replace another one; the demo's articles may always be replaced.

    A source that has articles on the blog already was confirmed before, even if that sync did not end.

    :raises SourceChangeRefused: it is the demo, or the operator has not confirmed it.
    """
    counts = _live_counts()
    others = {name: count for name, count in counts.items() if name not in {source, DEMO_SOURCE}}
    if others and source == DEMO_SOURCE:
        raise SourceChangeRefused(
            f"The demo articles were left out, because this blog has {_described(others)}. "
            f"Set BLOG_SOURCE to the source of your articles, such as {max(others, key=others.__getitem__)}"
        )
    if others and source not in counts and not is_confirmed:
        raise SourceChangeRefused(
            f"Nothing was changed, because this blog has {_described(others)}, and BLOG_SOURCE is now {source}. "
            "If the new source is to replace the old one, run: blog sync --confirm-source"
        )
    return bool(others)


def _live_counts() -> dict[str, int]:
    query = select(Article.source, func.count()).where(Article.withdrawn_at.is_(None)).group_by(Article.source)
    counts = dict(db.session.execute(query).all())
    db.session.commit()
    return counts


def _described(others: dict[str, int]) -> str:
    total = sum(others.values())
    return f"{counted(total, 'article')} from {', '.join(sorted(others))}"
