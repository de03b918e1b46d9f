"""Record a real WordPress's responses to the blog's requests."""

from base64 import b64encode
from pathlib import Path

from tests.live.recording import Recorder
from tests.live.wordpress import WordPress
from tests.live.wordpress_writing import Written, write

PORT = 8080
EMBED = "_embed=author,wp:term,wp:featuredmedia"


def record(folder: Path) -> None:
    """Start a WordPress, publish, and write its answers into ``folder``."""
    with WordPress.start(PORT) as wordpress:
        written = write(wordpress)
        recorder = Recorder(wordpress.url, folder, {wordpress.application_password: "ada:APPLICATION_PASSWORD"})
        _record_listings(recorder)
        _record_increments(recorder, wordpress, written)
        _record_refusals(recorder, written)
        _record_authorised(recorder, wordpress, written)
        _record_release(recorder, wordpress, written)


def _record_listings(recorder: Recorder) -> None:
    def ask(name: str, path: str) -> None:
        recorder.ask(name, f"/wp-json/wp/v2/{path}")

    recorder.ask("root", "/wp-json/?_fields=name,description,url,home,gmt_offset,timezone_string,namespaces")
    recorder.ask("root-without-permalinks", "/?rest_route=/&_fields=name,home,timezone_string")
    for page in (1, 2):
        ask(f"posts-page-{page}", f"posts?per_page=3&page={page}&orderby=id&order=asc&{EMBED}")
    ask("posts-page-out-of-range", "posts?per_page=3&page=9")
    ask("posts-newest-first", "posts?per_page=2&_fields=id,date,date_gmt,sticky")
    ask("posts-embed-all", "posts?per_page=1&orderby=id&order=asc&_embed=1")
    ask("posts-none", "posts?search=coffee")
    ask("tags", "tags?per_page=100")
    ask("categories", "categories?per_page=100")
    ask("users", "users?per_page=100")
    ask("media", "media?per_page=2&orderby=id&order=asc")


def _record_increments(recorder: Recorder, wordpress: WordPress, written: Written) -> None:
    def ask(name: str, query: str) -> None:
        recorder.ask(name, f"/wp-json/wp/v2/posts?{query}")

    ask("posts-ids", "per_page=100&_fields=id,modified_gmt&orderby=id&order=asc")
    ask("posts-ids-page-2", "per_page=2&page=2&_fields=id,modified_gmt&orderby=id&order=asc")
    ask("posts-by-id", f"include={written.summer},{written.first},{written.draft}&per_page=100&{EMBED}")
    listed = "per_page=2&orderby=modified&order=asc&_fields=id,modified,modified_gmt"
    post = wordpress.post(written.blocks)
    # The same time in three forms: without a zone, it is in the site's time zone.
    ask("posts-modified-after-utc", f"{listed}&modified_after={post['modified_gmt']}Z")
    ask("posts-modified-after-gmt-without-zone", f"{listed}&modified_after={post['modified_gmt']}")
    ask("posts-modified-after-local", f"{listed}&modified_after={post['modified']}")


def _record_refusals(recorder: Recorder, written: Written) -> None:
    def ask(name: str, path: str, **headers: str) -> None:
        recorder.ask(name, f"/wp-json/wp/v2/{path}", **headers)

    ask("drafts-unauthorised", "posts?status=draft")
    ask("edit-context-unauthorised", "posts?context=edit")
    for name in ("draft", "scheduled", "private", "trashed"):
        ask(f"post-{name}-unauthorised", f"posts/{getattr(written, name)}")
    ask("post-missing", "posts/999999")
    ask("post-protected", f"posts/{written.protected}")
    ask("post-protected-with-password", f"posts/{written.protected}?password=sesame&_fields=id,content,excerpt")
    ask("per-page-too-large", "posts?per_page=101")
    ask("bad-time", "posts?modified_after=yesterday-ish")
    ask("bad-password", "posts?status=draft", Authorization=_basic("ada:wrong"))
    ask("bad-password-public", "posts?_fields=id", Authorization=_basic("ada:wrong"))
    ask("user-bad-password", "users/me", Authorization=_basic("ada:wrong"))
    ask("unknown-user", "posts?status=draft", Authorization=_basic("nobody:wrong"))
    ask("unknown-route", "poems")


def _record_authorised(recorder: Recorder, wordpress: WordPress, written: Written) -> None:
    def ask(name: str, path: str) -> None:
        recorder.ask(name, f"/wp-json/wp/v2/{path}", Authorization=_basic(wordpress.application_password))

    ask("drafts", f"posts?status=draft,future,private&per_page=100&{EMBED}")
    ask("post-draft", f"posts/{written.draft}?{EMBED}")
    ask("post-draft-for-editing", f"posts/{written.draft}?context=edit")
    ask("post-protected-for-its-owner", f"posts/{written.protected}?_fields=id,content,excerpt")
    ask("user", "users/me?_fields=id,name,slug")


def _record_release(recorder: Recorder, wordpress: WordPress, written: Written) -> None:
    """A scheduled publication keeps the time of the last change, so that a query by that time misses it."""
    wordpress.edit_post(written.scheduled, content="<p>Wait no longer.</p>")
    edited = wordpress.post(written.scheduled)["modified_gmt"]
    wordpress.release_post(written.scheduled)
    shown = "_fields=id,status,date_gmt,modified_gmt"
    recorder.ask("post-released", f"/wp-json/wp/v2/posts/{written.scheduled}?{shown}")
    recorder.ask("posts-modified-after-release", f"/wp-json/wp/v2/posts?{shown}&modified_after={edited}Z")


def _basic(password: str) -> str:
    return f"Basic {b64encode(password.encode()).decode()}"
