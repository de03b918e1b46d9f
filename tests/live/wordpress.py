"""A real WordPress on this machine, controlled through its own REST API."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.live.ghost import Fields
from tests.live.processes import free_port
from tests.live.wordpress_servers import Servers

SECONDS = 60
# A scheduled post that was not edited since has its publication date as the date of its last change.
RELEASE = """
global $wpdb;
$local = current_time('mysql');
$gmt = current_time('mysql', true);
$wpdb->query($wpdb->prepare(
    "UPDATE $wpdb->posts SET post_modified = IF(post_modified = post_date, %s, post_modified),
    post_modified_gmt = IF(post_modified_gmt = post_date_gmt, %s, post_modified_gmt),
    post_date = %s, post_date_gmt = %s WHERE ID = %d",
    $local, $gmt, $local, $gmt, $id
));
clean_post_cache($id);
check_and_publish_future_post($id);
"""


@dataclass(frozen=True)
class WordPress:
    """A running WordPress with one administrator; a context manager that stops it."""

    url: str
    application_password: str
    servers: Servers

    @classmethod
    def start(cls, port: int | None = None, time_zone: str = "Europe/Berlin") -> Self:
        """Start a WordPress in a temporary folder of its own, on ``port`` or any free one, without any post.

        Raises ``Unavailable`` where its programs are missing or do not start. The site's time zone is not UTC, so that
        a mistake with times shows.
        """
        # Not below pytest's own folders: those are closed to the other user under whom the servers run.
        servers = Servers(Path(tempfile.mkdtemp(prefix="blog-wordpress-")), port or free_port())
        try:
            servers.start(time_zone)
        except BaseException:
            servers.stop()
            raise
        return cls(f"http://127.0.0.1:{servers.port}", servers.password, servers)

    def stop(self) -> None:
        """Stop it and delete its files. It can be called again."""
        self.servers.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def create_post(self, title: str, content: str = "", **fields: Any) -> Fields:  # noqa: ANN401
        """Create a post, by default a draft, and return it as WordPress shows it to its writer.

        ``fields`` are WordPress's own: ``status`` (draft, publish, future, private), ``date_gmt``, ``password``,
        ``tags`` and ``categories`` (ids), ``featured_media``, ``author``, ``sticky``, ``comment_status``, ``slug``.
        """
        return self.ask("POST", "/posts", json={"title": title, "content": content} | fields)

    def post(self, post_id: int) -> Fields:
        """One post of any status with its raw texts."""
        return self.ask("GET", f"/posts/{post_id}?context=edit")

    def edit_post(self, post_id: int, **fields: Any) -> Fields:  # noqa: ANN401
        """Change only the given fields, and return the post."""
        return self.ask("POST", f"/posts/{post_id}", json=fields)

    def trash_post(self, post_id: int) -> None:
        self.ask("DELETE", f"/posts/{post_id}")

    def delete_post(self, post_id: int) -> None:
        """Delete a post without the trash."""
        self.ask("DELETE", f"/posts/{post_id}?force=true")

    def add_tag(self, name: str) -> int:
        return int(self.ask("POST", "/tags", json={"name": name})["id"])

    def add_category(self, name: str) -> int:
        return int(self.ask("POST", "/categories", json={"name": name})["id"])

    def add_author(self, name: str, login: str) -> int:
        user = {"username": login, "name": name, "email": f"{login}@example.org", "password": "kettle and leaf 8"}
        return int(self.ask("POST", "/users", json=user | {"roles": ["author"]})["id"])

    def upload_media(self, name: str, data: bytes, alt_text: str = "", caption: str = "") -> Fields:
        """Upload a picture and return it: ``id`` to feature it, ``source_url`` to show it in content."""
        described = {"alt_text": alt_text, "caption": caption}
        return self.ask("POST", "/media", files={"file": (name, data, "image/png")}, data=described)

    def install_plugin(self, name: str, php: str) -> None:
        """Install a must-use plugin, which runs from the next request on; ``php`` begins with ``<?php``."""
        self._plugin(name).write_text(php, encoding="utf-8")

    def remove_plugin(self, name: str) -> None:
        self._plugin(name).unlink()

    def release_post(self, post_id: int) -> None:
        """Let a scheduled post be due now, so that WordPress publishes it as usual.

        WordPress publishes at once what is scheduled for less than a minute ahead, so a test would wait for long.
        """
        self.servers.php(f"$id = {post_id:d}; {RELEASE}")

    def ask(self, method: str, path: str, **content: Any) -> Fields:  # noqa: ANN401
        """The response of ``/wp-json/wp/v2`` to the administrator."""
        user, _, password = self.application_password.partition(":")
        url = f"{self.url}/wp-json/wp/v2{path}"
        response = httpx.request(
            method, url, auth=(user, password), timeout=SECONDS, trust_env=False, **content,
        )  # fmt: skip
        assert response.is_success, f"{method} {url}: {response.text}"
        answer: Fields = response.json()
        return answer

    def _plugin(self, name: str) -> Path:
        return self.servers.folder / "root" / "wp-content" / "mu-plugins" / f"{name}.php"
