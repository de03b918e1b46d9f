"""The rows that list articles under their tags and authors."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from blog.content.models import Article, ArticleAuthor, ArticleTag, Author, Tag


def link_articles(session: Session, articles: Sequence[Article]) -> None:
    """List ``articles`` under their present tags and authors; withdrawn articles under none.

    The articles, tags and authors must be flushed. Runs in the caller's transaction.
    """
    by_id = {article.id: article for article in articles}
    live = [article for article in by_id.values() if article.withdrawn_at is None]
    tag_ids = _ids(session, Tag, (tag.slug for article in live for tag in article.tags))
    author_ids = _ids(session, Author, (author.slug for article in live for author in article.authors))
    tag_links = [
        _link(article, position) | {"tag_id": tag_ids[tag.slug]}
        for article in live
        for position, tag in enumerate(article.tags)
    ]
    author_links = [
        _link(article, position) | {"author_id": author_ids[author.slug]}
        for article in live
        for position, author in enumerate(article.authors)
    ]
    connection = session.connection()
    connection.execute(delete(ArticleTag).where(ArticleTag.article_id.in_(by_id)))
    connection.execute(delete(ArticleAuthor).where(ArticleAuthor.article_id.in_(by_id)))
    if tag_links:
        connection.execute(insert(ArticleTag), tag_links)
    if author_links:
        connection.execute(insert(ArticleAuthor), author_links)


def _ids(session: Session, model: type[Tag | Author], slugs: Iterable[str]) -> dict[str, int]:
    wanted = set(slugs)
    if not wanted:
        return {}
    found = session.execute(select(model.slug, model.id).where(model.slug.in_(wanted)))
    return dict(found.all())


def _link(article: Article, position: int) -> dict[str, object]:
    return {"article_id": article.id, "position": position, "published_at": article.published_at}
