"""Drafts: documents that are not public yet, stored ready to display for preview links."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.config import CommentPolicy
from blog.content.models import Article
from blog.database import UTCDateTime
from blog.extensions import Model
from blog.slugs import slugify

MEASURED = {"word_count": 0, "image_width": None, "image_height": None}
"""Values that are computed when a document is prepared, with their defaults: drafts stored earlier may lack them."""


class Draft(Model):
    """A document that its source marks as a draft. It is not an article: no public page reads this table."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(300))
    source_id: Mapped[str] = mapped_column(String(500))
    revision: Mapped[str] = mapped_column(String(64))
    slug: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The fields of the prepared document, with times in ISO 8601."""

    __table_args__ = (
        Index("uq_draft_source_source_id", "source", "source_id", unique=True),
        Index("ix_draft_source_id", "source_id"),
        Index("ix_draft_newest", "updated_at", "id"),
    )

    def as_article(self) -> Article:
        """Return this draft as an article, without an id and outside any session."""
        kept = self.document
        published_at = datetime.fromisoformat(kept["published_at"] or kept["updated_at"])
        names = {"tags": kept["tags"], "authors": kept["authors"]}
        return Article(
            source=self.source,
            source_id=self.source_id,
            revision=self.revision,
            slug=self.slug,
            title=self.title,
            body_html=kept["body"],
            excerpt=kept["excerpt"],
            image=kept["image"],
            image_alt=kept["image_alt"],
            # Drafts that an earlier version stored have no caption and no language.
            image_caption=kept.get("image_caption", ""),
            published_at=published_at,
            updated_at=self.updated_at,
            comment_policy=CommentPolicy(kept["comments"]) if kept["comments"] else None,
            canonical_url=kept["canonical_url"],
            seo_title=kept["seo_title"],
            seo_description=kept["seo_description"],
            series=kept["series"],
            **{name: kept.get(name, unknown) for name, unknown in MEASURED.items()},
            lang=kept.get("lang"),
            labels={kind: [_label(term) for term in known] for kind, known in names.items()},
        )


def _label(term: str | dict[str, str]) -> list[str]:
    """Return the slug and name of a stored tag or author. Older drafts stored only the name."""
    return [slugify(term), term] if isinstance(term, str) else [term["slug"], term["name"]]
