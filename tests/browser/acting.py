"""What people do on the pages, said once."""

from playwright.sync_api import Page
from sqlalchemy import select

from blog.comments.models import Comment
from blog.content.models import Article
from blog.extensions import db
from tests.serving import Served


def write_comment(page: Page, body: str, *, name: str = "Bea Brown", email: str = "bea@example.org") -> None:
    """Fill in the form of the article that ``page`` shows, and do not send it yet."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Comment", exact=True).fill(body)


def send_comment(page: Page) -> None:
    page.get_by_role("button", name="Send the comment").click()


def article_addresses(blog: Served) -> list[str]:
    """The addresses of all public articles."""
    with blog.rows():
        return [f"/articles/{article.slug}" for article in db.session.scalars(Article.published())]


def comment_ids(blog: Served, body: str) -> list[int]:
    """The comments that say ``body``, as the database knows them."""
    with blog.rows():
        return list(db.session.scalars(select(Comment.id).where(Comment.body == body)))


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in as a moderator, to the queue."""
    page.goto("/moderation/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/moderation/")
