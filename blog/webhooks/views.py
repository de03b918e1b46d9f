"""The view for ``/webhooks/<kind>``: checks and stores a signed call; the worker then syncs."""

import json
import time
from hashlib import sha256

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from blog.config import settings
from blog.config.choices import SOURCE_FORMS
from blog.content.source_labels import is_storable
from blog.extensions import csrf
from blog.webhooks.deliveries import store_delivery
from blog.webhooks.signatures import BadSignature, signature_of

MAX_BODY_BYTES = 8_000_000
"""Large enough for Ghost, which sends a whole post in two formats and its former state."""
MAX_SOURCE_ID = 500

blueprint = Blueprint("webhooks", __name__)
# A CMS has no session and no token. Its signature shows where a call comes from.
csrf.exempt(blueprint)


@blueprint.post("/webhooks/<kind>")
def receive(kind: str) -> ResponseReturnValue:
    """Store a signed call and answer 202, or 200 if the same call came before."""
    secret = settings.webhook_secret
    configured = settings.source.partition(":")[0]
    if secret is None or kind != configured:
        # Anybody can call any address, so only a real kind is worth a line in the log.
        if kind in SOURCE_FORMS:
            why = (
                f"BLOG_SOURCE is {configured}:…, so it must go to /webhooks/{configured}"
                if secret
                else "BLOG_WEBHOOK_SECRET is not set"
            )
            _log_refusal(kind, why)
        abort(404)
    # Before the body is read. The general limit is meant for forms and is much lower.
    request.max_content_length = MAX_BODY_BYTES
    body = request.get_data(cache=False)
    try:
        # A plain dict is enough: Werkzeug writes header names as in “X-Blog-Signature”, however they were sent.
        signature = signature_of(kind, dict(request.headers), body, secret, time.time())
    except BadSignature as error:
        # The reason is for the operator only. The caller may be somebody who tries out signatures.
        _log_refusal(kind, str(error))
        abort(401)
    is_new = store_delivery(sha256(f"{kind} {signature}".encode()).hexdigest(), document_id(body))
    return {"status": "accepted" if is_new else "known"}, 202 if is_new else 200


def _log_refusal(kind: str, why: str) -> None:
    current_app.logger.warning("A call to /webhooks/%s was refused: %s", kind, why)


def document_id(body: bytes) -> str | None:
    """Return the source id of the document that a call is about, or ``None`` if it names none.

    Ghost puts a post under ``post.current`` and a deleted post under ``post.previous``; our own format has ``id``.
    """
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    post = _member(payload, "post")
    named = (payload, _member(post, "current"), _member(post, "previous"))
    for id_ in (_member(holder, "id") for holder in named):
        if isinstance(id_, str | int) and not isinstance(id_, bool):
            text = str(id_)
            if 0 < len(text) <= MAX_SOURCE_ID and is_storable(text):
                return text
    return None


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
