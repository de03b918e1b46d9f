"""What all CMS sources share: an HTTP client, images, and listings that fetch full records only when needed."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial
from urllib.parse import unquote, urljoin, urlsplit

from blog.content.documents import LIMITS, Document, InvalidDocument
from blog.fetch.client import Client
from blog.fetch.errors import FetchError
from blog.fetch.usage import Usage
from blog.slugs import is_slug, slugify
from blog.sources.base import MAX_IMAGE_BYTES, SOURCE_FAILURES, SourceItem
from blog.sources.json_record import Record, words
from blog.sources.links import is_page, with_own_links

FIRST_CHARACTERS = 4_000
"""How much of a text is searched for its first words."""
TITLE_WORDS = 8
TITLE_CHARACTERS = 100
WEB = ("http://", "https://")

Records = Mapping[str, Record]
"""Records of a CMS by their ids."""


class CMS(ABC):
    """Base class for a CMS at ``url``. A subclass sends the requests and turns the responses into documents."""

    def __init__(self, name: str, url: str, client: Client) -> None:
        self.name = name
        self._url = url
        self._client = client

    @property
    def usage(self) -> Usage:
        """The requests, bytes and seconds used so far."""
        return self._client.usage

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def owns_image(self, reference: str) -> bool:
        """Whether the image has an http(s) URL, absolute or relative to the CMS."""
        try:
            return urljoin(f"{self._url}/", reference).lower().startswith(WEB)
        except ValueError:
            return True  # It is not a URL; open_image() reports that.

    def open_image(self, source_id: str, reference: str) -> bytes:  # noqa: ARG002 - the protocol's
        """The bytes of an image on any public host.

        :raises ValueError: the image cannot be downloaded.
        """
        try:
            return self._client.get(urljoin(f"{self._url}/", reference), size=MAX_IMAGE_BYTES).body
        except FetchError as error:
            # Not as a FetchError, which would end the sync as if the CMS were down; this costs only the image.
            raise ValueError(f"it {error.why}") from error

    def _own_links(self, html: str, address: str) -> str:
        """``html`` of the post at ``address``, with links to pages of the CMS changed to links to this blog."""
        return with_own_links(html, urljoin(f"{self._url}/", address), self._url, self._is_own_page)

    def _is_own_page(self, path: str) -> bool:
        """Whether this blog answers at ``path`` for the CMS."""
        return is_page(path) and path.rstrip("/") not in self._unpublished_paths

    @cached_property
    def _unpublished_paths(self) -> frozenset[str]:
        """The paths of pages that the CMS has but this blog does not publish; empty if unknown."""
        try:
            return frozenset(urlsplit(url).path.rstrip("/") for url in self._unpublished_urls()) - {""}
        except (*SOURCE_FAILURES, InvalidDocument, ValueError):
            # Some servers do not list their pages. That must not stop a sync; then links to pages lead to this blog.
            return frozenset()

    def _unpublished_urls(self) -> Iterable[str]:
        """The addresses of the CMS's own pages, to which links in texts stay as they are."""
        return ()

    @abstractmethod
    def _document(self, record: Record) -> Document:
        """The document for ``record``.

        :raises InvalidDocument: the record cannot become an article.
        """

    def _listed(self, source_id: str, revision: str, record: Record, cursor: str = "") -> SourceItem:
        """The item for a complete record."""
        return SourceItem(source_id, revision, partial(self._named_document, record), cursor=cursor)

    def _read_lazily(
        self, pages: Iterable[Mapping[str, str]], fetch: Callable[[Iterable[str]], Records]
    ) -> Iterator[SourceItem]:
        """The items of ``pages``, which map ids to revisions; ``fetch`` gets a page's records when one is loaded."""
        for page in pages:
            # Fetched when the first record is needed, because most pages have nothing new.
            records = cache(partial(fetch, list(page)))
            for source_id, revision in page.items():
                yield SourceItem(source_id, revision, partial(self._load, records, source_id))

    def _load(self, records: Callable[[], Records], source_id: str) -> Document:
        record = records().get(source_id)
        if record is None:
            raise InvalidDocument("", "the CMS listed it, but did not return it")
        return self._named_document(record)

    def _named_document(self, record: Record) -> Document:
        """The document of ``record``; if it is invalid, the error carries the title, so that authors recognise it."""
        try:
            return self._document(record)
        except InvalidDocument as error:
            error.title = error.title or _title(record)
            raise


def article_slug(text: str, source_id: str) -> str:
    """The CMS's slug in the form that this blog accepts; made from the id if no letter or digit is left."""
    # WordPress percent-encodes the letters of other scripts.
    slug = unquote(text)
    return slug if is_slug(slug) and len(slug) <= LIMITS["slug"] else slugify(slug) or slugify(source_id)


def first_words(html: str) -> str:
    """The first words of a text, used as the title of a post without one."""
    shown = words(html[:FIRST_CHARACTERS]).split()
    title = " ".join(shown[:TITLE_WORDS])[:TITLE_CHARACTERS]
    return f"{title} …" if len(shown) > TITLE_WORDS else title


def _title(record: Record) -> str:
    """The title of a record of any CMS; empty if it has none or an unexpected type."""
    title = record.fields.get("title")
    if isinstance(title, dict):
        title = title.get("rendered")
    return words(title)[:200] if isinstance(title, str) else ""
