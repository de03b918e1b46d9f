"""A queue in which twelve comments wait, for all tests of this folder that do not fill their own."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from blog.comments.models import Comment
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.models import Decision
from tests.support.browsers import add_moderator, card, sign_in
from tests.support.factories import make_comments
from tests.support.servers import Served, served

DECISIONS = "**/decisions"
NUMBERS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
]  # fmt: skip


@pytest.fixture(scope="package")
def full_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A served blog where twelve comments wait, and a copy of its database."""
    folder = tmp_path_factory.mktemp("blog")
    with served(folder, BLOG_PAGE_CACHE_MB="0") as blog:
        add_moderator(blog, "Cleo")
        add_comments(blog, *(f"Comment {number}." for number in NUMBERS))
        copy = folder / "copy.sqlite3"
        blog.copy_database(copy)
        yield blog, copy


@pytest.fixture
def blog(full_queue: tuple[Served, Path]) -> Served:
    """Twelve comments wait, “Comment one.” to “Comment twelve.”."""
    blog, copy = full_queue
    blog.restore_database(copy)
    return blog


@pytest.fixture
def queue(page: Page, blog: Served) -> Page:
    """The queue, where the response to a decision comes after 100 ms."""
    sign_in(page, blog, "Cleo")
    expect(card(page, "Comment one.")).to_be_focused()
    page.route(DECISIONS, delayed)
    return page


def delayed(route: Route) -> None:
    time.sleep(0.1)
    route.continue_()


def add_comments(blog: Served, *bodies: str, **fields: object) -> None:
    """Add comments with ``fields`` to one article. They wait, unless a field says something else."""
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        make_comments(article, [{"body": body} for body in bodies], **fields)


def wait_for(page: Page, condition: Callable[[], object]) -> None:
    """Wait for ``condition`` while the page's requests are handled."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not happen within 10 s")


def statuses(blog: Served) -> dict[str, str]:
    """The status of each comment by the number in it."""
    with blog.rows():
        rows = db.session.execute(db.select(Comment.body, Comment.status)).all()
    return {body.removeprefix("Comment ").removesuffix("."): status for body, status in rows}


def decided(blog: Served) -> int:
    """The number of decisions."""
    with blog.rows():
        return db.session.scalar(db.select(db.func.count()).select_from(Decision)) or 0
