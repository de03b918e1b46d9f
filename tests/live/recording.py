"""Responses of a real server, stored as files that ordinary tests read."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.fakes import Request

SECONDS = 60
# The other headers have times and versions, and would differ between recordings.
KEPT_HEADERS = (
    "Content-Type", "Cache-Control", "ETag", "Link", "Location", "Vary", "WWW-Authenticate", "X-WP-Total",
    "X-WP-TotalPages",
)  # fmt: skip


# The drawings inside players are long, and no test needs them.
DRAWING = re.compile(r'(<path[^>]* d=\\")[^"\\]*')


@dataclass(frozen=True)
class Recorder:
    """Requests the server at ``url`` and writes its responses, with placeholders for the ``secrets``."""

    url: str
    folder: Path
    secrets: Mapping[str, str]

    def ask(self, name: str, path: str, **headers: str) -> httpx.Response:
        """Record the response to one GET as ``name``; the request's headers are not written."""
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        answer = httpx.get(f"{self.url}{path}", headers=sent, timeout=SECONDS, trust_env=False)
        kept = {key: answer.headers[key] for key in KEPT_HEADERS if key in answer.headers}
        record = {"request": f"{self.url}{path}", "status": answer.status_code, "headers": kept, "body": answer.json()}
        self._write(name, DRAWING.sub(r"\1M0 0", self._text(record)))
        return answer

    def keep_delivery(self, name: str, delivery: Request, secret: str) -> None:
        """Record a webhook as it arrived, with the exact bytes of its body, which are signed."""
        signed = {key: value for key, value in delivery.headers.items() if key.startswith(("x-", "content-type"))}
        record = {"request": delivery.path, "headers": signed, "secret": secret, "body": delivery.body.decode()}
        self._write(name, self._text(record))

    def _text(self, record: object) -> str:
        text = json.dumps(record, indent=1, ensure_ascii=False)
        for secret, placeholder in self.secrets.items():
            text = text.replace(secret, placeholder)
        return text

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
