"""Record a real Ghost's responses to the blog's requests, and its webhooks."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.live.deliveries import next_delivery, receiver
from tests.live.ghost import Ghost, token
from tests.live.ghost_writing import Written, write
from tests.live.recording import Recorder

# Ghost's own port, so that recordings name it and their signatures are valid.
PORT = 2368
SECRET = "a secret for webhooks"
CONTENT_KEY, ADMIN_KEY = "0123456789abcdef0123456789", "0123456789abcdef01234567:" + "0123456789abcdef" * 4


def record(folder: Path) -> None:
    """Start a Ghost, publish, and write its answers into ``folder``."""
    with TemporaryDirectory() as place, Ghost.start(Path(place), PORT) as ghost:
        written = write(ghost)
        recorder = Recorder(ghost.url, folder, {ghost.content_key: "CONTENT_API_KEY"})
        _record_content(recorder, ghost, written)
        _record_admin(recorder, ghost, written)
        _record_webhooks(recorder, ghost)


def _record_content(recorder: Recorder, ghost: Ghost, written: Written) -> None:
    def ask(name: str, path: str, query: str = "", key: str = ghost.content_key) -> None:
        recorder.ask(name, f"/ghost/api/content/{path}/?key={key}{query}", Accept_Version="v6.0")

    whole = "&include=tags,authors&formats=html"
    ask("settings", "settings")
    ask("tags", "tags", "&include=count.posts&limit=100")
    ask("authors", "authors", "&limit=100")
    for page in (1, 2, 3):
        ask(f"posts-page-{page}", "posts", f"&limit=2&page={page}{whole}&order=id%20asc")
    ask("posts-page-out-of-range", "posts", f"&limit=2&page=9{whole}")
    ask("posts-limit-all", "posts", "&limit=all&fields=id,slug")
    ask("posts-limit-1000", "posts", "&limit=1000&fields=id,slug")
    ask("posts-ids", "posts", "&limit=100&fields=id,updated_at")
    ask("posts-after-id", "posts", f"&limit=2&fields=id,updated_at&filter=id:>'{written.first}'&order=id%20asc")
    ask("posts-by-id", "posts", f"{whole}&filter=id:[{written.first},{written.cards}]&limit=100")
    # Ghost compares times as text: only the form without T and Z works; the other one finds nothing on that day.
    iso = ghost.post(written.members)["updated_at"]
    for name, since in (("posts-updated-since", iso[:19].replace("T", " ")), ("posts-updated-since-iso", iso)):
        ask(name, "posts", f"&filter=updated_at:>='{since}'&order=updated_at%20asc,id%20asc&fields=id,updated_at")
    ask("posts-drafts-by-content-key", "posts", "&filter=status:draft&fields=id")
    ask("posts-bad-filter", "posts", "&filter=updated_at:>=('")
    ask("posts-bad-order", "posts", "&order=nonsense%20sideways&fields=id")
    ask("post-members-only", f"posts/{written.members}", whole)
    ask("post-draft", f"posts/{written.draft}")
    ask("post-missing", "posts/slug/nope")
    ask("bad-key", "posts", key="0" * 26)
    recorder.ask("no-key", "/ghost/api/content/posts/")


def _record_admin(recorder: Recorder, ghost: Ghost, written: Written) -> None:
    def ask(name: str, path: str, key: str = ghost.admin_key) -> None:
        headers = {"Accept_Version": "v6.0", "Authorization": f"Ghost {token(key)}"}
        recorder.ask(name, f"/ghost/api/admin/{path}", **headers)

    whole = "include=tags,authors&formats=html"
    ask("admin-drafts", f"posts/?limit=100&{whole}&filter=status:[draft,scheduled]")
    ask("admin-post-draft", f"posts/{written.draft}/?{whole}")
    ask("admin-post-published", f"posts/{written.first}/?{whole}")
    ask("admin-post-missing", f"posts/{'0' * 24}/")
    ask("admin-ids", "posts/?limit=100&fields=id,status,updated_at")
    ask("admin-site", "site/")
    ask("admin-unknown-key", "posts/", ADMIN_KEY)
    ask("admin-wrong-secret", "posts/", ghost.admin_key.partition(":")[0] + ":" + "00" * 32)
    expired = token(ghost.admin_key, now=int(time.time()) - 3600)
    recorder.ask("admin-expired-token", "/ghost/api/admin/posts/", Authorization=f"Ghost {expired}")
    recorder.ask("admin-no-token", "/ghost/api/admin/posts/")


def _record_webhooks(recorder: Recorder, ghost: Ghost) -> None:
    with receiver() as server:
        for event in ("post.published", "post.published.edited", "post.unpublished", "post.deleted"):
            ghost.add_webhook(event, f"{server.url}/webhooks/ghost?{event}", SECRET)
        post = ghost.create_post("Called about", "<p>First.</p>", status="published", tags=[{"name": "Tea"}])
        recorder.keep_delivery("webhook-published", next_delivery(server), SECRET)
        ghost.edit_post(post["id"], "<p>Second.</p>", slug="called-again")
        recorder.keep_delivery("webhook-edited", next_delivery(server), SECRET)
        ghost.unpublish_post(post["id"])
        recorder.keep_delivery("webhook-unpublished", next_delivery(server), SECRET)
        ghost.delete_post(post["id"])
        recorder.keep_delivery("webhook-deleted", next_delivery(server), SECRET)
