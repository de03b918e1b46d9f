"""Former addresses of articles, tags and authors as rows."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.content.models.article import Article
from blog.extensions import Model


class FormerSlug(Model):
    """A former slug of a tag or an author, and its current slug."""

    __tablename__ = "former_slug"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The name of the table: ``tag`` or ``author``."""
    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    target: Mapped[str] = mapped_column(String(200), index=True)


class Redirect(Model):
    """A former address of an article, as a path that begins with a slash."""

    __tablename__ = "redirect"

    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)

    article: Mapped[Article] = relationship(lazy="joined", innerjoin=True)
