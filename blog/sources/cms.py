"""What all sources behind HTTP share: a client, images, and listings that read a whole page only when it is wanted."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from urllib.parse import unquote, urljoin

from blog.content.documents import LIMITS, Document, InvalidDocument
from blog.fetch import Client, FetchError, Usage
from blog.slugs import is_slug, slugify
from blog.sources.base import MAX_IMAGE_BYTES, SourceItem
from blog.sources.json_record import Record, words
from blog.sources.links import is_page, with_own_links

FIRST_CHARACTERS = 4_000
"""Of a text, in which its first words are looked for."""
TITLE_WORDS = 8
TITLE_CHARACTERS = 100
WEB = ("http://", "https://")

Records = Mapping[str, Record]
"""What a CMS says of some pieces, by their ids."""


class CMS(ABC):
    """Base class for a CMS at ``url``. A subclass sends the requests and makes documents of the answers."""

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
        """Whether an image has an address on the web, its own or relative to the CMS."""
        return urljoin(f"{self._url}/", reference).lower().startswith(WEB)

    def open_image(self, source_id: str, reference: str) -> bytes:  # noqa: ARG002 - the protocol's
        """The bytes of an image, wherever on the web it lies.

        :raises ValueError: it cannot be had.
        """
        try:
            return self._client.get(urljoin(f"{self._url}/", reference), size=MAX_IMAGE_BYTES).body
        except FetchError as error:
            raise ValueError(f"it {error.why}") from error

    def _own_links(self, html: str, address: str) -> str:
        """The text of the piece at ``address``, its links to the CMS's own pages leading to this blog."""
        return with_own_links(html, urljoin(f"{self._url}/", address), self._url, self._is_own_page)

    def _is_own_page(self, path: str) -> bool:
        """Whether this blog answers at ``path`` for the CMS."""
        return is_page(path)

    @abstractmethod
    def _document(self, record: Record) -> Document:
        """The document of what the CMS says.

        :raises InvalidDocument: it cannot become an article.
        """

    def _listed(self, source_id: str, revision: str, record: Record, cursor: str = "") -> SourceItem:
        """The item for a record that the CMS sent complete."""
        return SourceItem(source_id, revision, partial(self._named_document, record), cursor=cursor)

    def _read_when_wanted(
        self, pages: Iterable[Mapping[str, str]], fetch: Callable[[Iterable[str]], Records]
    ) -> Iterator[SourceItem]:
        """The items of ``pages``, each a mapping of ids to revisions; ``fetch`` reads the records of some ids later."""
        for page in pages:
            whole = _LazyPage(list(page), fetch)
            for source_id, revision in page.items():
                yield SourceItem(source_id, revision, partial(self._load, whole, source_id))

    def _load(self, page: "_LazyPage", source_id: str) -> Document:
        return self._named_document(page.record(source_id))

    def _named_document(self, record: Record) -> Document:
        """The document of ``record``; where it is not valid, the error has its title."""
        try:
            return self._document(record)
        except InvalidDocument as error:
            error.title = error.title or _title(record)
            raise


def article_slug(text: str, source_id: str) -> str:
    """The slug that a CMS gives an article, as an address here has it; its id where no letter or digit is left."""
    slug = unquote(text)
    return slug if is_slug(slug) and len(slug) <= LIMITS["slug"] else slugify(slug) or slugify(source_id)


def first_words(html: str) -> str:
    """The beginning of a text, as the title of a post that has none."""
    shown = words(html[:FIRST_CHARACTERS]).split()
    title = " ".join(shown[:TITLE_WORDS])[:TITLE_CHARACTERS]
    return f"{title} …" if len(shown) > TITLE_WORDS else title


def _title(record: Record) -> str:
    """The title that a record has in any of the CMSs, as far as it can be read."""
    title = record.fields.get("title")
    if isinstance(title, dict):
        title = title.get("rendered")
    return words(title)[:200] if isinstance(title, str) else ""


class _LazyPage:
    """One page of a listing, whose records are fetched when the first is needed: most pages have nothing new."""

    def __init__(self, source_ids: list[str], fetch: Callable[[Iterable[str]], Records]) -> None:
        self._source_ids = source_ids
        self._fetch = fetch
        self._records: Records | None = None

    def record(self, source_id: str) -> Record:
        if self._records is None:
            self._records = self._fetch(self._source_ids)
        if source_id not in self._records:
            raise InvalidDocument("", "the CMS listed it, and then did not have it")
        return self._records[source_id]
