"""Webhooks: signed ones are stored at once, each only once, and the worker handles them."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, cast, func, insert, literal, select
from werkzeug.test import TestResponse

from blog.config import Settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.webhooks.deliveries import RETENTION, Delivery, finish, store_delivery, waiting
from blog.webhooks.views import MAX_BODY_BYTES, document_id
from tests.support.applications import opened
from tests.support.webhook_signatures import sign

SECRET = "a secret of sufficient length"
RECORDED = Path(__file__).parents[1] / "recorded" / "ghost"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, source="wordpress:http://cms.example", webhook_secret=SECRET)


def call(client: FlaskClient, body: bytes, kind: str = "wordpress", **headers: str) -> TestResponse:
    signed = {"X-Blog-Signature": sign(body, SECRET, time.time())} | headers
    return client.post(f"/webhooks/{kind}", data=body, headers=signed)


def test_a_signed_webhook_is_stored_for_the_worker(client: FlaskClient) -> None:
    answer = call(client, b'{"id": 7}')
    assert (answer.status_code, answer.json) == (202, {"status": "accepted"})
    assert [delivery.source_id for delivery in waiting()] == ["7"]


def test_the_same_webhook_is_handled_once(client: FlaskClient) -> None:
    signature = sign(b"{}", SECRET, time.time())
    answers = [call(client, b"{}", **{"X-Blog-Signature": signature}).status_code for _ in range(3)]
    assert answers == [202, 200, 200]
    assert len(waiting()) == 1
    finish(waiting())
    assert call(client, b"{}", **{"X-Blog-Signature": signature}).status_code == 200
    without_blank = signature.replace(", ", ",")
    assert call(client, b"{}", **{"X-Blog-Signature": without_blank}).status_code == 200
    assert waiting() == []


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
@pytest.mark.parametrize("signature", ["", "t=1, v1=00", sign(b"{}", SECRET, 1_000_000_000)])
def test_an_unsigned_or_old_webhook_is_refused_without_a_reason(client: FlaskClient, signature: str) -> None:
    answer = call(client, b"{}", **{"X-Blog-Signature": signature})
    assert answer.status_code == 401
    assert "BLOG_WEBHOOK_SECRET" not in answer.text
    assert waiting() == []


def test_only_webhooks_of_the_configured_source_are_accepted(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert call(client, b"{}", kind="ghost").status_code == 404
    assert call(client, b"{}", kind="nonsense").status_code == 404
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("A call to /webhooks/ghost was refused: BLOG_SOURCE is ")
    assert client.get("/webhooks/wordpress").status_code in {404, 405}


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
def test_without_a_secret_the_log_says_why_calls_are_refused(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(replace(settings, webhook_secret=None)) as app:
        assert call(app.test_client(), b"{}").status_code == 404
    assert "BLOG_WEBHOOK_SECRET is not set" in caplog.text


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
def test_the_body_of_a_webhook_has_a_size_limit(client: FlaskClient) -> None:
    assert call(client, b" " * (MAX_BODY_BYTES + 1)).status_code == 413
    assert call(client, b" " * 1_000_000).status_code == 202


def test_webhooks_handled_long_ago_are_deleted(client: FlaskClient) -> None:
    store_delivery("old", None)
    with write_transaction(db.session()) as session:
        session.add(Delivery(key="older", received_at=utc_now() - 2 * RETENTION, done_at=utc_now() - 2 * RETENTION))
    finish(waiting())
    db.session.expire_all()
    assert [delivery.key for delivery in db.session.scalars(db.select(Delivery))] == ["old"]


@pytest.mark.only_on("postgresql", reason="it accepts 65 535 values in a statement")
def test_any_number_of_webhooks_can_wait(app: Flask) -> None:
    with write_transaction(db.session()) as session:
        rows = select(cast(func.generate_series(1, 70_000), String), literal(utc_now()))
        session.execute(insert(Delivery).from_select(["key", "received_at"], rows))
    deliveries = waiting()
    assert len(deliveries) == 70_000
    finish(deliveries)
    assert waiting() == []


@pytest.mark.parametrize(
    ("body", "source_id"),
    [
        ({"post": {"current": {"id": "a1"}, "previous": {}}}, "a1"),
        ({"post": {"current": {}, "previous": {"id": "a2"}}}, "a2"),
        ({"id": 7}, "7"),
        ({"id": "gid://shopify/Article/1"}, "gid://shopify/Article/1"),
        ({}, None),
        ([1], None),
        ({"id": True}, None),
        ({"id": "x" * 501}, None),
        ({"id": ""}, None),
        ({"id": "tea\0"}, None),
        ({"id": "\ud800"}, None),
        ({"post": "none"}, None),
    ],
)
def test_a_webhook_names_its_document(body: object, source_id: str | None) -> None:
    assert document_id(json.dumps(body).encode()) == source_id


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff", b"[" * 100_000])
def test_a_webhook_without_a_known_document_means_a_whole_sync(body: bytes) -> None:
    assert document_id(body) is None


@pytest.mark.parametrize("name", ["webhook-published", "webhook-edited", "webhook-unpublished", "webhook-deleted"])
def test_a_real_ghost_names_its_post(name: str) -> None:
    body = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]
    assert len(document_id(body.encode()) or "") == 24
