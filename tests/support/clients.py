"""Clients without a browser: one for single requests, and one that keeps cookies and presses buttons."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask, session
from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.comments.models import Comment
from blog.extensions import db
from blog.moderation import accounts, sessions
from blog.moderation.models import Moderator
from blog.moderation.roles import Role

PASSWORD = "correct horse battery"


class OutsideClient(FlaskClient):
    """A client whose requests do not use the test's own application context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - as the client takes them
        return Context().run(super().open, *args, **kwargs)


@dataclass
class Form:
    """A form on a page: its target, its fields, and its buttons by their texts."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._button: dict[str, str | None] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self._form = Form(values.get("action") or "", values.get("method") or "get")
            self.found.append(self._form)
        elif tag == "button":
            self._button = values
        elif tag == "input" and self._form is not None and _is_sent(values):
            self._form.fields[values["name"] or ""] = values.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._button is not None and data.strip():
            name = self._button.get("name")
            self._form.buttons[data.strip()] = {name: self._button.get("value") or ""} if name else {}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None


def _is_sent(attributes: dict[str, str | None]) -> bool:
    return attributes.get("type") != "checkbox" or "checked" in attributes


class Visitor:
    """A person on the moderators' pages. ``page`` is the page that they see, after any redirect."""

    def __init__(self, app: Flask, address: str = "203.0.113.5") -> None:
        self._app = app
        self._client = app.test_client()
        self._address = address
        self.page: TestResponse

    def ask(self, path: str, method: str = "GET", **options: Any) -> TestResponse:  # noqa: ANN401 - Werkzeug's
        """The answer to one request."""
        options.setdefault("environ_base", {"REMOTE_ADDR": self._address})
        answer: TestResponse = self._client.open(path, method=method, **options)
        return answer

    def visit(self, path: str) -> TestResponse:
        """Open a page and follow redirects."""
        return self._show(self.ask(path))

    def press(self, button: str, comment: Comment | None = None, **typed: str) -> TestResponse:
        """Press a button of the page, with ``typed`` in its form's fields; return the response, before any redirect."""
        form = self.form(button, comment)
        answer = self.ask(form.action, "POST", data=form.fields | typed | form.buttons[button])
        self._show(answer)
        return answer

    def form(self, button: str, comment: Comment | None = None) -> Form:
        """The first form of the page that has this button and, if given, is about ``comment``."""
        about = f"/comments/{comment.id}/" if comment else ""
        return next(form for form in self.forms() if button in form.buttons and about in form.action)

    def forms(self) -> list[Form]:
        return Forms(self.text).found

    def sign_in(self, name: str = "Cleo", password: str = PASSWORD) -> TestResponse:
        self.visit("/moderation/login")
        return self.press("Sign in", name=name, password=password)

    def start_session(self, moderator: Moderator) -> None:
        """Sign in without the form, whose two pages take longer than most tests. ``page`` stays as it was."""
        with self.session() as cookie:
            cookie.update(Context().run(self._new_session, moderator.id))

    def set_cookie(self, name: str, value: str) -> None:
        """Send a cookie that the site did not set."""
        self._client.set_cookie(name, value)

    @property
    def csrf_token(self) -> str:
        """The token of the forms on the page."""
        return self.form("Sign out everywhere").fields["csrf_token"]

    @property
    def text(self) -> str:
        return self.page.text

    @contextmanager
    def session(self) -> Iterator[SessionMixin]:
        """The content of the session cookie; changes to it are stored."""
        with self._client.session_transaction("/moderation/") as cookie:
            yield cookie

    def _new_session(self, moderator_id: int) -> dict[str, Any]:
        with self._app.test_request_context("/moderation/", environ_base={"REMOTE_ADDR": self._address}):
            sessions.start(db.session.get_one(Moderator, moderator_id))
            return dict(session)

    def _show(self, answer: TestResponse) -> TestResponse:
        while answer.status_code in {301, 302, 303}:
            answer = self.ask(answer.headers["Location"])
        self.page = answer
        return answer


def signed_in(app: Flask, name: str, role: Role = Role.MODERATOR) -> Visitor:
    """A new moderator with this name and role, who has signed in."""
    visitor = Visitor(app)
    visitor.start_session(accounts.add(name, PASSWORD, role))
    return visitor
