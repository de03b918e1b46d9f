"""No malformed request is a server error: fields of every form with every type, and noise in headers."""

import json
import re
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule
from werkzeug.test import encode_multipart

from blog.comments.notices.links import Purpose, link_token
from blog.comments.receipts import token_of
from blog.comments.signals.rule_matching import RuleAction, RuleKind
from blog.config import Settings
from blog.forms import Form
from blog.moderation import accounts, invitations, rules
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Forms, Visitor
from tests.support.factories import make_article, make_comment

UNLIMITED = "1000000 per minute"
NOISY = hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

PAGES = (
    "/", "/articles/on-tea", "/articles/on-tea/comments.xml", "/feed.xml", "/feed.json", "/tags/", "/search?q=tea",
    "/sitemap.xml", "/static/x/css/site.css", "/static/x/icons/favicon.svg", "/media/x", "/nowhere", "/moderation/",
    "/moderation/login", "/comments/x", "/healthz", "/robots.txt",
)  # fmt: skip
HEADERS = (
    "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "COOKIE", "FORWARDED", "HOST", "IF_MATCH", "IF_MODIFIED_SINCE",
    "IF_NONE_MATCH", "IF_RANGE", "IF_UNMODIFIED_SINCE", "ORIGIN", "RANGE", "REFERER", "SEC_FETCH_SITE",
    "TRANSFER_ENCODING", "USER_AGENT", "X_BLOG_SIGNATURE", "X_CSRFTOKEN", "X_FORWARDED_FOR", "X_FORWARDED_HOST",
    "X_FORWARDED_PORT", "X_FORWARDED_PREFIX", "X_FORWARDED_PROTO", "X_GHOST_SIGNATURE", "X_REQUESTED_WITH",
)  # fmt: skip
NEARLY_RIGHT = (
    "http://[", "http://[::1", "null", "http://blog.example:x", "//", "bytes=0-", "bytes=5-1", "bytes=-0", "bytes=a-b",
    "bytes=0-1,2-3,99999999999999999999-", '"x', 'W/"', "*", '""', "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 0001",
    "Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 99999999999999999999 Jan 2024 00:00:00 GMT", "gzip;q=x", "br;q=-1, *;q=2", ";;==,,",
    "text/html;q=1e999", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
    "session=x; session", 'session="\\', "1.2.3.4, x", "[::1]:99999", "-1", "1e9", "99999999999999999999999",
    "\u00d9\u00a3", "t=1, v1=00", "x" * 9_000,
)  # fmt: skip

PARAMETERS = {
    "/": "page",
    "/search": "q page",
    "/articles/on-tea": "comments comments_from",
    "/articles/on-tea/comments/1/replies": "from",
    "/moderation/": "status q article address network check after decided bulk",
    "/moderation/changes": "status decision newest",
    "/moderation/log": "moderator to comment before",
    "/moderation/log.csv": "moderator to comment",
    "/moderation/login": "next",
    "/moderation/comments/1/edit": "next",
    "/moderation/accounts/log": "before",
    "/moderation/rules": "before ended",
    "/moderation/rules/new": "kind text action days comment",
}
"""The arguments that pages read from their addresses."""

MAILED = {"confirm": Purpose.CONFIRM, "unsubscribe": Purpose.UNSUBSCRIBE, "set_block": Purpose.BLOCK}
"""The endpoints of links in mails, with the purpose of each link."""
ENDS_SESSION = {
    "moderation.sign_in", "moderation.take_second_step", "moderation.passkey_sign_in", "moderation.accept_invitation",
    "moderation.change_password", "moderation.end_session", "moderation.logout",
}  # fmt: skip

NAMES_AN_OBJECT = {"moderation.decisions", "moderation.remove_rule"}
"""Endpoints whose ids come from a form, or whose rows no test creates here: an undo, a rule."""

noise = st.sampled_from(NEARLY_RIGHT) | st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40
)
typed = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "0", "-1", "1", str(2**31), "9" * 5_000, "1.5", "pending", "approved", "x\0y", "\ud800", "//", "/["]
    ),
    st.sampled_from(
        ["a" + "\u0300\u0316" * 3_000, "\u202e", "&#x202e;", ">" * 5_000, "http://[", "[x](http://[)", "a@b@c"]
    ),
)


def field_names() -> list[str]:
    """The names of all fields of all forms, and of other values that our pages send."""
    names = {"csrf_token"}
    waiting = [Form]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        names |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return sorted(names)


@dataclass
class Target:
    """A signed-in administrator, the session's token, and the path of each endpoint that accepts POST."""

    app: Flask
    client: FlaskClient
    token: str
    paths: dict[str, str]

    @property
    def addresses(self) -> list[str]:
        return list(self.paths.values())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A page cache and a proxy, so that all code that reads headers runs; no rate limits."""
    settings = replace(settings, page_cache_mb=8, proxies=1, webhook_secret="s" * 40, source="ghost:https://x.example")
    return replace(settings, comment_rate=UNLIMITED, comment_attempt_rate=UNLIMITED, comment_preview_rate=UNLIMITED)


@pytest.fixture
def target(app: Flask) -> Target:
    comment = make_comment(make_article("On Tea"))
    cleo = accounts.add("Cleo", PASSWORD, Role.ADMINISTRATOR)
    dora = accounts.add("Dora", PASSWORD)
    invitations.invite(Role.MODERATOR, cleo)  # will be revoked
    rule = rules.add(rules.draft(RuleKind.WORD, "casino", RuleAction.BLOCK), cleo)
    visitor = Visitor(app)
    visitor.sign_in()
    token = next(form.fields["csrf_token"] for form in Forms(visitor.text).found if "csrf_token" in form.fields)
    # From here on, errors are answered as in production, and not raised.
    app.testing = False
    known = {"slug": "on-tea", "comment_id": comment.id, "kind": "ghost", "account_id": dora.id, "rule_id": rule.id}
    tokens = {
        "receipts": str(token_of(comment)),
        "moderation": invitations.invite(Role.MODERATOR, cleo),
        **{f"mail.{endpoint}": link_token(comment, purpose) for endpoint, purpose in MAILED.items()},
    }
    posts = {url.endpoint: url for url in app.url_map.iter_rules() if "POST" in (url.methods or ())}
    paths = {endpoint: path_of(url, known | {"token": token_for(endpoint, tokens)}) for endpoint, url in posts.items()}
    return Target(app, visitor._client, token, paths)


def token_for(endpoint: str, tokens: dict[str, str]) -> str:
    return tokens.get(endpoint) or tokens.get(endpoint.partition(".")[0], "")


def path_of(rule: Rule, known: dict[str, Any]) -> str:
    """The path of ``rule`` with values that exist."""
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda part: str(known.get(part[1], 1)), rule.rule)


def test_every_form_is_tested_here(target: Target) -> None:
    assert {"name", "email", "website", "body", "nickname", "password", "reason", "to", "undoes"} <= set(field_names())
    assert {"/articles/on-tea/comments", "/moderation/login", "/webhooks/ghost"} <= set(target.addresses)


@pytest.mark.parametrize("value", ["", "1", "x\0y\ud800", "9" * 5_000, "a" + "\u0300\u0316" * 3_000, "http://["])
def test_no_value_in_any_field_of_a_form_is_a_server_error(target: Target, value: str) -> None:
    text = quote_plus(value, errors="surrogatepass")
    urlencoded = "&".join(f"{name}={text}" for name in field_names() if name != "csrf_token")
    assert_answered(target, urlencoded.encode(), "application/x-www-form-urlencoded")


def test_no_file_in_any_field_of_a_form_is_a_server_error(target: Target) -> None:
    """No form takes a file, so what is in it makes no difference."""
    files = {name: FileStorage(BytesIO(b"1"), "x.txt") for name in field_names() if name != "csrf_token"}
    boundary, multipart = encode_multipart(files)
    assert_answered(target, multipart, f"multipart/form-data; boundary={boundary}")


def assert_answered(target: Target, body: bytes, content_type: str) -> None:
    """Send ``body`` to all forms: those behind the links of receipts, mails and invitations, too."""
    for endpoint in [name for name in target.paths if name not in ENDS_SESSION]:
        assert_form_answered(target, endpoint, body, content_type)
    assert target.client.get("/moderation/").status_code == 200, "still signed in"
    for endpoint in sorted(ENDS_SESSION):
        assert_form_answered(target, endpoint, body, content_type)


def assert_form_answered(target: Target, endpoint: str, body: bytes, content_type: str) -> None:
    headers = {"X-CSRFToken": target.token, "Content-Type": content_type}
    answer = target.client.post(target.paths[endpoint], headers=headers, data=body)
    assert answer.status_code < 500, (endpoint, answer.text)
    assert answer.status_code != 404 or endpoint in NAMES_AN_OBJECT, endpoint


@NOISY
@given(st.data())
def test_no_type_of_any_form_field_is_a_server_error(target: Target, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(target.addresses))
    fields = data.draw(st.dictionaries(st.sampled_from(field_names()), st.lists(typed, min_size=1, max_size=2)))
    answer = target.client.post(path, headers={"X-CSRFToken": target.token}, **data.draw(bodies(fields)))
    assert answer.status_code < 500, answer.text


@st.composite
def bodies(draw: st.DrawFn, fields: dict[str, list[str]]) -> dict[str, Any]:
    """``fields`` as one kind of body or another."""
    urlencoded = "&".join(
        f"{name}={quote_plus(text, errors='surrogatepass')}" for name, texts in fields.items() for text in texts
    )
    kind = draw(st.sampled_from(["form", "files", "json", "lists", "raw", "cut", "text"]))
    if kind == "files":
        files = {name: (BytesIO(texts[0].encode(errors="replace")), "x.txt") for name, texts in fields.items()}
        return {"data": files or {"body": (BytesIO(b""), "")}, "content_type": "multipart/form-data"}
    if kind == "json":
        return {
            "data": json.dumps({name: texts[0] for name, texts in fields.items()}),
            "content_type": "application/json",
        }
    if kind == "lists":
        return {"data": json.dumps([fields, 1, None]), "content_type": "application/json"}
    if kind == "raw":
        return {"data": draw(st.binary(max_size=60)), "content_type": draw(noise)}
    if kind == "cut":
        broken = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nx'
        return {"data": broken[: draw(st.integers(0, 60))], "content_type": "multipart/form-data; boundary=x"}
    content_type = "text/plain" if kind == "text" else "application/x-www-form-urlencoded"
    return {"data": urlencoded.encode(), "content_type": content_type}


@NOISY
@given(st.data())
def test_noise_in_any_header_is_no_server_error(target: Target, data: st.DataObject) -> None:
    sent = data.draw(st.dictionaries(st.sampled_from(HEADERS), noise, min_size=1, max_size=4))
    environ = {f"HTTP_{name}": value for name, value in sent.items()}
    if data.draw(st.booleans()):
        answer = target.client.get(data.draw(st.sampled_from(PAGES)), environ_overrides=environ)
    else:
        environ |= data.draw(st.dictionaries(st.sampled_from(["CONTENT_LENGTH", "CONTENT_TYPE"]), noise))
        path = data.draw(st.sampled_from(target.addresses))
        answer = target.client.post(path, data={"body": "x"}, environ_overrides=environ)
    assert answer.status_code < 500, answer.text
    answer.close()


@NOISY
@given(path=st.text(max_size=60), query=noise)
def test_noise_in_any_address_is_no_server_error(target: Target, path: str, query: str) -> None:
    answer = target.client.get(
        "/",
        environ_overrides={"PATH_INFO": f"/{path}".encode(errors="replace").decode("latin-1"), "QUERY_STRING": query},
    )
    assert answer.status_code < 500, answer.text
    answer.close()


def test_noise_in_any_parameter_is_no_server_error(target: Target) -> None:
    values = ("", "-1", "9" * 5_000, "1.5", "٣", "x\0", "\u0300\u0316" * 3_000, "http://[")
    for path, names in PARAMETERS.items():
        assert target.client.get(path).status_code in {200, 204, 302}, path
        for name, value in product(names.split(), values):
            assert target.client.get(path, query_string={name: value}).status_code < 500, (path, name, value)
