"""What people do on pages, as functions for browser tests."""

from flask import session
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from blog.comments.models import Comment
from blog.content.models import Article
from blog.extensions import db
from blog.moderation import accounts, sessions
from blog.moderation.sessions import ModerationSessions
from tests.support.clients import PASSWORD
from tests.support.servers import Served

HOSTS = ("127.0.0.1", "localhost")
"""The hosts in the addresses of served blogs."""


def write_comment(page: Page, body: str, *, name: str = "Bea Brown", email: str = "bea@example.org") -> None:
    """Fill in the comment form on ``page`` without sending it."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Comment", exact=True).fill(body)


def send_comment(page: Page) -> None:
    page.get_by_role("button", name="Send the comment").click()


def article_addresses(blog: Served) -> list[str]:
    """The addresses of all public articles."""
    with blog.rows():
        return [f"/articles/{article.slug}" for article in db.session.scalars(Article.published())]


def open_article(blog: Served) -> str:
    """The address of the newest article that takes comments."""
    with blog.rows():
        articles = Article.published().where(Article.comment_policy.is_(None)).order_by(Article.published_at.desc())
        return f"/articles/{db.session.scalars(articles.limit(1)).one().slug}"


def comment_ids(blog: Served, body: str) -> list[int]:
    """The ids of the comments with the text ``body``."""
    with blog.rows():
        return list(db.session.scalars(select(Comment.id).where(Comment.body == body)))


def submitted(blog: Served, article: str, body: str, name: str = "Bea Brown") -> None:
    """Submit the comment ``body`` on the article at the address ``article``."""
    assert blog.post(f"{article}/comments", name=name, email="bea@example.org", website="", body=body).status == 303


def add_moderator(blog: Served, name: str) -> None:
    with blog.rows():
        accounts.add(name, PASSWORD)


def sign_in(page: Page, blog: Served, name: str) -> None:
    """Open the queue with a new session of a moderator. The form would take longer, mostly for the password."""
    with blog.rows() as app, app.test_request_context("/moderation/"):
        sessions.start(accounts.named(name))
        signer = ModerationSessions().get_signing_serializer(app)
        assert signer is not None
        value = str(signer.dumps(dict(session)))
        cookie = app.config["SESSION_COOKIE_NAME"]
    page.context.add_cookies([{"name": cookie, "value": value, "domain": host, "path": "/"} for host in HOSTS])
    page.goto("/moderation/")


def sign_in_with_form(page: Page, name: str) -> None:
    """Do the same as a moderator does it, in any language."""
    page.goto("/moderation/")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator(".login__form button").click()
    page.wait_for_url("**/moderation/")


def card(page: Page, body: str) -> Locator:
    """The card of the comment ``body`` in the queue."""
    return page.locator(".card", has=page.locator(".card__body", has_text=body))
