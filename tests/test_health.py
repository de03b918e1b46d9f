"""The health endpoints of the blog."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from blog.cache import cache_of
from blog.config import settings
from blog.extensions import db
from blog.sources.registry import source_name
from blog.sync.state import note_failure, note_progress, note_refusal, note_start, note_success
from tests.support.waiting import wait_until


def test_a_healthy_blog_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    source = {
        "age_seconds": None,
        "last_sync_failed": False,
        "withdrawals_refused": False,
        "documents_set_aside": 0,
        "sync": None,
    }
    ready = {"status": "ready", "database": "ok", "stale_seconds": 0, "source": source}
    assert (answer.status_code, answer.json) == (200, ready)
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_reports_the_age_of_the_content_and_waiting_comments(client: FlaskClient) -> None:
    name = source_name(settings)
    note_success(name, cursor=None, was_whole=True)
    note_refusal(name, "Too many are gone.")
    source = client.get("/readyz").json["source"]  # type: ignore[index]
    assert 0 <= source.pop("age_seconds") < 60
    assert source == {"last_sync_failed": False, "withdrawals_refused": True, "documents_set_aside": 0, "sync": None}
    assert "Too many" not in client.get("/readyz").text


@pytest.mark.parametrize(
    ("end", "arguments"),
    [
        (note_success, {"cursor": None, "was_whole": True}),
        (note_failure, {"failure": "It is down."}),
        (note_refusal, {"refusal": "Too many are gone."}),
        (note_refusal, {"refusal": None}),
    ],
)
def test_ready_reports_the_progress_of_a_sync(
    client: FlaskClient, end: Callable[..., object], arguments: dict[str, object]
) -> None:
    name = source_name(settings)
    note_start(name, 2000)
    note_progress(name, 300)
    sync = client.get("/readyz").json["source"]["sync"]  # type: ignore[index]
    assert sync == {"count": 300, "total": 2000, "per_second": None}
    end(name, **arguments)
    assert client.get("/readyz").json["source"]["sync"] is None  # type: ignore[index]


def test_without_its_database_it_runs_but_is_not_ready(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(cache_of(app).watcher, "_read", gone)
    wait_until(lambda: client.get("/readyz").status_code == 503)
    answer = client.get("/readyz")
    assert answer.json is not None
    assert (answer.json["status"], answer.json["database"]) == ("unready", "gone")
    assert client.get("/healthz").status_code == 200


@pytest.mark.only_on("sqlite", reason="PostgreSQL has no single file")
@pytest.mark.parametrize("state", ["deleted", "replaced"])
def test_a_deleted_database_file_is_noticed(client: FlaskClient, state: str) -> None:
    assert client.get("/readyz").status_code == 200
    path = Path(str(db.engine.url.database))
    path.rename(path.with_suffix(".moved"))
    if state == "replaced":
        path.write_bytes(path.with_suffix(".moved").read_bytes())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == state
