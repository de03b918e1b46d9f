"""Shopify as a source. With an Admin token it uses only the Admin API, which returns more than the Storefront API;
without one it uses the Storefront API, which needs no token.

Handles are unique only within one of the shop's blogs. Articles of the oldest blog use their handle as slug; articles
of other blogs get their blog's handle in front, as in ``recipes-tea``. So a slug depends only on the article and its
blog, not on the shop's other articles. It changes when one of them is renamed or the oldest blog is deleted, and then
the former address redirects.

Shopify has no list of changes, so articles are searched by the time of their last change. The Storefront API can
search by that time but does not return it. So the cursor is the time of a response by Shopify's own clock, and each
query begins a little before the cursor, because Shopify's search may take some seconds to find a change.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from blog.content.documents import Document, InvalidDocument
from blog.fetch.client import Client
from blog.fetch.limits import Limits
from blog.sources.base import CursorExpired, SourceItem
from blog.sources.cms import CMS, Records
from blog.sources.json_record import Record
from blog.sources.shopify.document import address_of, document_of, is_hidden, list_of, slug_of, texts_of
from blog.sources.shopify.graphql import ADMIN, PRIVATE_PREFIX, PRIVATE_STOREFRONT, STOREFRONT, GraphQLClient, Reply
from blog.sources.shopify.queries import ADMIN as ADMIN_QUERIES
from blog.sources.shopify.queries import OLDEST_BLOG
from blog.sources.shopify.queries import STOREFRONT as STOREFRONT_QUERIES
from blog.sources.shopify.redirects import ShopRedirects
from blog.sources.shopify.tokens import admin_token

PAGE = 50
IDS_PAGE_SIZE = 250
OVERLAP = timedelta(minutes=2)
ID = re.compile(r"gid://shopify/Article/\d+")
BRIEF = ("id", "slug", "isPublished", "publishedAt", "updatedAt", "blog")
"""The fields in the Admin API's listing; if one changes, the article is read again."""
FORMER = "formerPaths"
"""A field that we add to an article: the paths that Shopify redirects to it."""


class ShopifySource(CMS):
    """The articles of the shop at ``url``: drafts too with ``admin_key``, else only published ones."""

    def __init__(self, url: str, key: str | None, admin_key: str | None, limits: Limits | None = None) -> None:
        client = Client(url, limits=limits)
        super().__init__(f"shopify:{url}", url, client)
        if admin_key:
            self._graphql = GraphQLClient(url, ADMIN, client, admin_token(url, admin_key))
        else:
            is_private = (key or "").startswith(PRIVATE_PREFIX)
            self._graphql = GraphQLClient(url, PRIVATE_STOREFRONT if is_private else STOREFRONT, client, key)
        self._queries = ADMIN_QUERIES if admin_key else STOREFRONT_QUERIES
        self._is_admin = bool(admin_key)
        self._redirects = ShopRedirects(self._graphql)

    @property
    def limitations(self) -> tuple[str, ...]:
        """What Shopify does not provide and what the token may not see; about redirects only after a first search."""
        always = "Shopify has no webhook for changed articles, so the blog checks for changes every BLOG_SYNC_SECONDS."
        if not self._is_admin:
            return (
                always,
                "Without an Admin token in BLOG_SOURCE_ADMIN_KEY, drafts, redirects and comment policies are missing.",
                "Without it, a scheduled article may take BLOG_FULL_SYNC_MINUTES to appear.",
                "Without it, an article’s publication date is also shown as the date of its last change.",
            )
        late = "To import a new redirect to an unchanged article, run: blog sync --full"
        hidden = "The Admin token may not read redirects; give it the scope read_online_store_navigation."
        policy = "Shopify’s setting to publish comments without moderation is ignored; BLOG_COMMENTS decides."
        return (always, policy, late if self._redirects.are_seen else hidden)

    def listing(self) -> Iterator[SourceItem]:
        """All articles, in the order of their ids."""
        for _, articles in self._pages(sortKey="ID", query=None):
            yield from self._pieces(articles)

    def visible_ids(self) -> Iterator[str]:
        """The ids of the articles that are published or scheduled."""
        for _, articles in self._graphql.pages("articles", self._queries.visibility, first=IDS_PAGE_SIZE):
            with self._graphql.reading():
                visible = [article.text("id") for article in articles if not is_hidden(article)]
            yield from visible

    def current_cursor(self) -> str:
        """The time by Shopify’s clock."""
        return _cursor(self._graphql.ask(OLDEST_BLOG).moment)

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """The articles that changed since shortly before ``cursor``. Only the last item carries the new cursor."""
        wanted = f"updated_at:>='{_before(cursor)}'"
        last, began = None, ""
        for reply, articles in self._pages(sortKey="UPDATED_AT", query=wanted):
            # The time of the first page, so that changes made while the others are read are found by the next listing.
            began = began or _cursor(reply.moment)
            for piece in self._pieces(articles):
                if last is not None:
                    yield last
                last = piece
        if last is not None:
            yield replace(last, cursor=began)

    def find(self, source_id: str) -> SourceItem | None:
        """The article ``source_id``."""
        # A webhook call may name anything, and Shopify refuses a whole query for one malformed id.
        article = self._whole([source_id]).get(source_id) if ID.fullmatch(source_id) else None
        return self._listed(source_id, self._revision(article), article) if article else None

    def _pages(self, **variables: object) -> Iterator[tuple[Reply, list[Record]]]:
        for reply, nodes in self._graphql.pages("articles", self._queries.articles, first=PAGE, **variables):
            yield reply, self._articles(reply, nodes)

    def _pieces(self, articles: list[Record]) -> Iterator[SourceItem]:
        """The items for ``articles``: the Storefront API sends them complete, the Admin API only in brief."""
        revisions = {article.text("id"): self._revision(article) for article in articles}
        if self._is_admin:
            return self._read_lazily([revisions], self._whole)
        return (self._listed(article.text("id"), self._revision(article), article) for article in articles)

    def _revision(self, article: Record) -> str:
        """A digest of ``updatedAt`` and the fields that change without it; of all fields if it is unknown."""
        names = BRIEF if self._is_admin else sorted(article.fields)
        facts = json.dumps([article.fields.get(name) for name in names], sort_keys=True)
        return sha256(facts.encode()).hexdigest()[:32]

    def _whole(self, source_ids: Iterable[str]) -> Records:
        wanted = list(source_ids)
        reply = self._graphql.ask(self._queries.by_ids, ids=wanted)
        with self._graphql.reading():
            # A deleted article is null in the list; a node that is not an article is an empty object.
            nodes = list_of(reply.data, "nodes")
            if len(nodes) != len(wanted):
                raise InvalidDocument("nodes", "has another length than the list of ids")
            nodes = [node for node in nodes if node]
            articles = self._articles(reply, map(Record.of, nodes))
        if self._is_admin:
            former = self._redirects.former_paths(map(address_of, articles))
            articles = [Record(article.fields | {FORMER: former.get(address_of(article), [])}) for article in articles]
        return {article.text("id"): article for article in articles}

    def _articles(self, reply: Reply, nodes: Iterable[Record]) -> list[Record]:
        """``nodes``, each with its slug added.

        :raises SourceUnavailable: a node is not an article.
        """
        with self._graphql.reading():
            oldest = next(reply.data.record("blogs").records("nodes"), Record({})).text("id")
            articles = [Record(node.fields | {"slug": slug_of(node, oldest)}) for node in nodes]
            # Without the id of the oldest blog, its articles would get slugs like those of other blogs.
            if not all(ID.fullmatch(article.text("id")) for article in articles) or (articles and not oldest):
                raise InvalidDocument("id", "is missing or is not the id of an article")
            return articles

    def _is_own_page(self, path: str) -> bool:
        """Whether this blog serves ``path`` in the shop's place: pages of the shop's blogs, not its products."""
        return path.startswith("/blogs/")

    def _document(self, record: Record) -> Document:
        body = self._own_links(record.text("body"), address_of(record))
        return document_of(record, body, texts_of(record, FORMER) if self._is_admin else ())


def _cursor(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _before(cursor: str) -> str:
    """A time shortly before ``cursor``, in the form that Shopify's search accepts.

    :raises CursorExpired: ``cursor`` is not a time.
    """
    try:
        return _cursor(datetime.fromisoformat(cursor) - OVERLAP)
    except (ValueError, OverflowError) as error:
        raise CursorExpired from error
