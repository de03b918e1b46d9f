"""A real Ghost on this machine, controlled through its own Admin API."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.live.ghost_installation import installation
from tests.live.processes import Server, answers, free_port

OWNER = {"name": "Ada Byron", "email": "ada@example.org", "password": "kettle and leaf 7", "blogTitle": "Kettle & Leaf"}
SECONDS = 60
TOKEN_SECONDS = 300

Fields = dict[str, Any]


@dataclass(frozen=True)
class Ghost:
    """A running Ghost with one owner and one integration; a context manager that stops it."""

    url: str
    content_key: str
    admin_key: str
    integration_id: str
    server: Server
    session: httpx.Client

    @classmethod
    def start(cls, folder: Path, port: int | None = None) -> Self:
        """Start a Ghost whose database and files are in ``folder``, on ``port`` or any free one, without any post.

        Raises ``Unavailable`` where it cannot be installed or does not start. The site's time zone is Europe/Berlin,
        so that a mistake with times shows.
        """
        there, port = installation(), port or free_port()
        url = f"http://127.0.0.1:{port}"
        content = folder / "content"
        for name in ("adapters", "data", "files", "images", "logs", "media", "public", "settings", "themes"):
            (content / name).mkdir(parents=True)
        for theme in (there.app / "content" / "themes").iterdir():
            (content / "themes" / theme.name).symlink_to(theme)
        environment = there.environment | {"NODE_ENV": "production"} | _configuration(url, port, content)
        server = Server.start([there.node / "bin" / "node", "index.js"], there.app, folder / "ghost.log", environment)
        session = httpx.Client(
            base_url=f"{url}/ghost/api/admin", headers={"Origin": url, "Accept-Version": "v6.0"},
            timeout=SECONDS, trust_env=False,
        )  # fmt: skip
        try:
            server.wait(lambda: answers(f"{url}/ghost/api/admin/site/"))
            integration = _set_up(session)
        except BaseException:
            session.close()
            server.stop()
            raise
        keys = {key["type"]: key for key in integration["api_keys"]}
        admin_key = f"{keys['admin']['id']}:{keys['admin']['secret'].rpartition(':')[2]}"
        return cls(url, keys["content"]["secret"], admin_key, integration["id"], server, session)

    def stop(self) -> None:
        """Stop it; its folder stays. It can be called again."""
        self.session.close()
        self.server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def create_post(self, title: str, html: str | None = None, **fields: Any) -> Fields:  # noqa: ANN401
        """Create a post, by default a draft, and return it as Ghost shows it.

        ``fields`` are Ghost's own: ``status`` (draft, published, scheduled), ``published_at`` (ISO 8601), ``tags`` and
        ``authors`` (lists of ``{"name": …}`` and ``{"email": …}``), ``visibility``, ``feature_image``, ``lexical``
        (instead of ``html``) and so on.
        """
        return self._send_post("POST", "/posts/", {"title": title} | _body(html) | fields)

    def post(self, post_id: str) -> Fields:
        """One post of any status as the Admin API shows it."""
        return self._first("GET", f"/posts/{post_id}/?formats=html,lexical", "posts")

    def edit_post(self, post_id: str, html: str | None = None, **fields: Any) -> Fields:  # noqa: ANN401
        """Change only the given fields, and return the post."""
        # Ghost requires the state of the post that the writer had seen.
        seen = {"updated_at": self.post(post_id)["updated_at"]}
        return self._send_post("PUT", f"/posts/{post_id}/", seen | _body(html) | fields)

    def edit_all(self, posts: str, action: str, **meta: Any) -> None:  # noqa: ANN401
        """Run a bulk action of Ghost's list on all ``posts`` (a filter), as the owner."""
        wanted = {"bulk": {"action": action, "meta": meta}}
        _checked(self.session.put("/posts/bulk/", params={"filter": posts}, json=wanted))

    def unpublish_post(self, post_id: str) -> Fields:
        return self.edit_post(post_id, status="draft")

    def delete_post(self, post_id: str) -> None:
        self._ask("DELETE", f"/posts/{post_id}/")

    def upload_image(self, name: str, data: bytes, media_type: str = "image/png") -> str:
        """Upload a picture and return its address."""
        files = {"file": (name, data, media_type)}
        return str(self._first("POST", "/images/upload/", "images", files=files, data={"purpose": "image"})["url"])

    def add_webhook(self, event: str, target_url: str, secret: str) -> str:
        """Add a webhook to ``target_url`` for ``event`` (``post.published``, …) with ``secret``; return its id."""
        hook = {"event": event, "target_url": target_url, "secret": secret, "name": f"{event} to {target_url}"}
        return str(self._first("POST", "/webhooks/", "webhooks", json={"webhooks": [hook]})["id"])

    def delete_webhook(self, webhook_id: str) -> None:
        self._ask("DELETE", f"/webhooks/{webhook_id}/")

    def change_settings(self, **values: Any) -> None:  # noqa: ANN401
        """Change settings of the site, as its owner."""
        _change_settings(self.session, values)

    def add_author(self, name: str, email: str) -> None:
        """Add an author without a password with Ghost's importer."""
        now = int(time.time() * 1000)
        user = {"id": "1", "name": name, "email": email, "slug": "", "status": "active", "created_at": now}
        export = {"meta": {"exported_on": now, "version": "6.0.0"}, "data": {"users": [user]}}
        files = {"importfile": ("authors.json", json.dumps(export), "application/json")}
        _checked(self.session.post("/db/", files=files))

    def _send_post(self, method: str, path: str, post: Fields) -> Fields:
        source = "&source=html" if "html" in post else ""
        return self._first(method, f"{path}?formats=html,lexical{source}", "posts", json={"posts": [post]})

    def _first(self, method: str, path: str, of: str, **content: Any) -> Fields:  # noqa: ANN401
        first: Fields = self._ask(method, path, **content).json()[of][0]
        return first

    def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        headers = {"Authorization": f"Ghost {token(self.admin_key)}", "Accept-Version": "v6.0"}
        url = f"{self.url}/ghost/api/admin{path}"
        return _checked(httpx.request(method, url, headers=headers, timeout=SECONDS, trust_env=False, **content))


def token(admin_key: str, now: int | None = None) -> str:
    """A token for the Admin API, issued at ``now``: https://docs.ghost.org/admin-api/#token-authentication."""
    key_id, _, secret = admin_key.partition(":")
    now = now or int(time.time())
    claims = {"iat": now, "exp": now + TOKEN_SECONDS, "aud": "/admin/"}
    signed = b".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": key_id}, claims))
    signature = hmac.new(bytes.fromhex(secret), signed, hashlib.sha256).digest()
    return (signed + b"." + _base64(signature)).decode()


def _base64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _body(html: str | None) -> Fields:
    return {} if html is None else {"html": html}


def _configuration(url: str, port: int, content: Path) -> dict[str, str]:
    """Ghost's settings as it reads them from its environment: https://docs.ghost.org/config/."""
    return {
        "url": url,
        "server__host": "127.0.0.1",
        "server__port": str(port),
        "database__client": "better-sqlite3",
        "database__connection__filename": str(content / "data" / "ghost.db"),
        "mail__transport": "stub",
        "paths__contentPath": str(content),
        "logging__transports": '["stdout"]',
        "privacy__useUpdateCheck": "false",
        "privacy__useGravatar": "false",
        # Without it, Ghost sends no webhook to this machine and only logs that.
        "security__allowWebhookInternalIPs": "true",
        "security__staffDeviceVerification": "false",
        "spam__user_login__freeRetries": "10000",
        "spam__content_api_key__freeRetries": "10000",
    }


def _set_up(session: httpx.Client) -> Fields:
    _checked(session.post("/authentication/setup/", json={"setup": [OWNER]}))
    _checked(session.post("/session/", json={"username": OWNER["email"], "password": OWNER["password"]}))
    _change_settings(session, {"timezone": "Europe/Berlin"})
    _checked(session.delete("/posts/?filter=status:[draft,published]"))
    wanted = {"integrations": [{"name": "Blog"}]}
    made = _checked(session.post("/integrations/?include=api_keys", json=wanted))
    integration: Fields = made.json()["integrations"][0]
    return integration


def _change_settings(session: httpx.Client, values: Fields) -> None:
    settings = [{"key": key, "value": value} for key, value in values.items()]
    _checked(session.put("/settings/", json={"settings": settings}))


def _checked(response: httpx.Response) -> httpx.Response:
    """The response. Raises ``AssertionError`` with the server's message for a refusal."""
    assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
    return response
