"""Client for WordPress's REST API: https://developer.wordpress.org/rest-api/reference/posts/.

Requests are made as a visitor, unless ``as_editor`` adds the application password.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from blog.content.documents import InvalidDocument
from blog.fetch.client import Client
from blog.fetch.errors import Garbled, Gone, Refused
from blog.fetch.response import FetchResponse
from blog.sources.base import SourceUnavailable
from blog.sources.json_record import Record

IDS_PAGE_SIZE = 100
"""WordPress's maximum page size."""
NO_SUCH_POST = "rest_post_invalid_id"
NO_SUCH_PAGE = "rest_post_invalid_page_number"
FORBIDDEN = "rest_forbidden"
INVALID_PARAMETER = "rest_invalid_param"
"""WordPress's error code for, among others, a listing of drafts without the right to see them."""


Query = Mapping[str, str | int]
PAGES: Query = {"per_page": IDS_PAGE_SIZE, "_fields": "link"}


class BadLogin(SourceUnavailable):
    """The application password is wrong; WordPress then silently answers as it answers a visitor."""


class NotPublic(Exception):
    """WordPress has the post, but does not show it to visitors."""


class WordPressAPI:
    """The posts of the WordPress site at ``url``; ``login`` is ``USER:APPLICATION PASSWORD``."""

    def __init__(self, url: str, client: Client, login: str | None) -> None:
        self.has_login = login is not None
        self._url = url
        self._client = client
        self._as_editor = {"Authorization": f"Basic {b64encode((login or '').encode()).decode()}"}
        self._route: str | None = None

    def browse(self, query: Query, *, as_editor: bool = False) -> list[Record]:
        """One page of posts."""
        return self._posts(self._ask("", query, as_editor=as_editor))

    def count(self, status: str, *, as_editor: bool = False) -> int | None:
        """The number of posts with a status; ``None`` if a proxy removed the header that has it."""
        query: Query = {"status": status, "per_page": 1, "_fields": "id"}
        total = self._ask("", query, as_editor=as_editor).headers.get("x-wp-total", "")
        return int(total) if total.isdecimal() else None

    def pages(self, query: Query, *, as_editor: bool = False) -> Iterator[list[Record]]:
        """Pages of all posts in the order of their ids.

        :raises SourceUnavailable: the number of posts changed during the listing, so that some may be missing.
        """
        totals: set[str | None] = set()
        count = 0
        ordered = {**query, "orderby": "id", "order": "asc"}
        for posts, total in self.each_page(ordered, IDS_PAGE_SIZE, as_editor=as_editor):
            totals.add(total)
            count += len(posts)
            yield posts
        if totals - {None, str(count)}:
            raise SourceUnavailable(
                f"Posts of {self._url} were added or removed during the listing. Nothing was withdrawn; the next sync "
                "repeats the listing."
            )

    def each_page(self, query: Query, size: int, *, as_editor: bool) -> Iterator[tuple[list[Record], str | None]]:
        """The pages of a listing, each with the total number of posts; ``None`` if a proxy removed its header."""
        number = 1
        while True:
            try:
                answer = self._ask("", {**query, "per_page": size, "page": number}, as_editor=as_editor)
            except Refused as error:
                # The number of pages is unknown, or there are fewer now. WordPress always has a first page.
                if number > 1 and _code(error.body) == NO_SUCH_PAGE:
                    return
                raise
            posts = self._posts(answer)
            yield posts, answer.headers.get("x-wp-total")
            if len(posts) < size or answer.headers.get("x-wp-totalpages") == str(number):
                return
            number += 1

    def read(self, post_id: str, query: Query, *, as_editor: bool = False) -> Record | None:
        """One post; ``None`` if WordPress itself says that it does not exist.

        :raises NotPublic: WordPress has it, but does not show it to visitors.
        :raises FetchError: WordPress did not answer; a “not found” from a proxy in front of it counts as that.
        """
        try:
            answer = self._ask(f"/{post_id}", query, as_editor=as_editor)
        except Refused as error:
            code = _code(error.body)
            if code == NO_SUCH_POST:
                return None
            if code == FORBIDDEN and not as_editor:
                raise NotPublic from error
            # An editor may read every post, so WordPress has not accepted the login.
            if code == FORBIDDEN:
                raise self._bad_login() from error
            raise
        post = self._record(answer)
        if post.text("id") != post_id:
            raise SourceUnavailable(f"{self._url} returned another post than the one requested.")
        return post

    def page_urls(self) -> Iterator[str]:
        """The addresses of WordPress's pages, of which the newest 100 are asked for."""
        if self._route is None:
            return
        route = f"{self._route.removesuffix('posts')}pages"
        yield from (page.text("link") for page in self._posts(self._get(route, "", PAGES, {})))

    def is_not_listed(self, post_id: str) -> bool:
        """Whether the listing for visitors works and does not contain the post."""
        answer = self._ask("", {"include": post_id, "_fields": "id"}, as_editor=False)
        return self._posts(answer) == [] and answer.headers.get("x-wp-total") == "0"

    def _ask(self, path: str, query: Query, *, as_editor: bool) -> FetchResponse:
        """The response to a request, at whichever of its two API addresses the site uses."""
        headers = self._as_editor if as_editor else {}
        try:
            if self._route is None:
                return self._ask_first(path, query, headers)
            return self._get(self._route, path, query, headers)
        except Refused as error:
            if as_editor and _code(error.body) == INVALID_PARAMETER:
                raise self._bad_login() from error
            raise

    def _ask_first(self, path: str, query: Query, headers: Mapping[str, str]) -> FetchResponse:
        """The response to the first request, which also finds out the API address of the site."""
        pretty, plain = f"{self._url}/wp-json/wp/v2/posts", f"{self._url}/?rest_route=/wp/v2/posts"
        try:
            answer = self._get(pretty, path, query, headers)
            answer.json()
        except (Gone, Garbled) as error:
            # WordPress itself answered, so the address is right, and only the post is missing.
            if isinstance(error, Gone) and _code(error.body):
                self._route = pretty
                raise
            # On a site without pretty permalinks, /wp-json/ is an ordinary page or missing; ?rest_route= works there.
            answer = self._get(plain, path, query, headers)
            self._route = plain
        else:
            self._route = pretty
        return answer

    def _get(self, route: str, path: str, query: Query, headers: Mapping[str, str]) -> FetchResponse:
        separator = "&" if "?" in route else "?"
        return self._client.get(f"{route}{path}{separator}{urlencode(query)}", headers=headers)

    def _posts(self, answer: FetchResponse) -> list[Record]:
        try:
            return [Record.of(post) for post in _list(answer.json())]
        except InvalidDocument as error:
            raise self._foreign(error) from error

    def _record(self, answer: FetchResponse) -> Record:
        try:
            return Record.of(answer.json())
        except InvalidDocument as error:
            raise self._foreign(error) from error

    def _foreign(self, error: InvalidDocument) -> SourceUnavailable:
        return SourceUnavailable(f"The response of {self._url} is not from WordPress ({error}). Check BLOG_SOURCE.")

    def _bad_login(self) -> BadLogin:
        return BadLogin(
            f"{self._url} shows no drafts to the user in BLOG_SOURCE_ADMIN_KEY. Set it to "
            "USER:APPLICATION PASSWORD of a user who is an editor."
        )


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise InvalidDocument("", "the CMS sent something other than a list of posts")
    return value


def _code(body: bytes) -> str:
    """WordPress's error code; empty if the response is not from WordPress."""
    try:
        return Record.in_body(body).text("code")
    except InvalidDocument:
        return ""
