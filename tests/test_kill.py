"""After a kill, everything acknowledged is stored, and the next start works."""

import random
import re
import shutil
import sqlite3
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from blog.comments.receipts import token_hash
from tests.support.process_groups import kill_group
from tests.support.servers import Served, launch, start
from tests.support.waiting import TIMEOUT_SECONDS, wait_until

COMMENTERS = 4
COMMENT_ROUNDS = 4
EDIT_ROUNDS = 3
SYNC_ROUNDS = 4
ARTICLES = 300

INCOMPLETE_ARTICLES = """
    SELECT slug FROM article
    WHERE body_html = ''
       OR (SELECT count(*) FROM article_tag WHERE article_tag.article_id = article.id) != 2
       OR (SELECT count(*) FROM article_author WHERE article_author.article_id = article.id) != 1
"""
LOST_REVISIONS = """
    SELECT id FROM comment
    WHERE revision != 1 + (SELECT count(*) FROM comment_revision WHERE comment_revision.comment_id = comment.id)
"""


@pytest.fixture
def one_article(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "articles", 1)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "articles", ARTICLES)


def write_articles(folder: Path, count: int) -> Path:
    """Make a folder of articles, each with a body, two tags and an author."""
    folder.mkdir()
    for number in range(count):
        text = (
            f"---\ntitle: Tea {number}\ntags: [Tea, Year {number % 7}]\nauthors: [Ada Byron]\n---\n\nWater *first*.\n"
        )
        (folder / f"tea-{number}.md").write_text(text, encoding="utf-8")
    return folder


def rows(instance: Path, statement: str) -> list[tuple[object, ...]]:
    """The content of the database file after the kill."""
    with closing(sqlite3.connect(instance / "blog.sqlite3")) as connection:
        return connection.execute(statement).fetchall()


def assert_whole(instance: Path) -> None:
    assert rows(instance, "PRAGMA integrity_check") == [("ok",)]
    assert rows(instance, "PRAGMA foreign_key_check") == []


def submit_until_killed(blog: Served, who: str, acknowledged: list[str], refused: list[int]) -> None:
    """Send one comment after the other; keep the text of each that was acknowledged."""
    for number in range(1_000_000):
        text = f"{who} has to say this, number {number}"
        try:
            answer = blog.post("/articles/tea-0/comments", name=who, email="bea@example.org", website="", body=text)
        except OSError:
            return
        if answer.status == 303:
            acknowledged.append(text)
        else:
            refused.append(answer.status)


def test_every_acknowledged_comment_survives_a_kill_of_the_server(tmp_path: Path, one_article: Path) -> None:
    settings = {"BLOG_SOURCE": f"folder:{one_article}", "BLOG_COMMENT_RATE": "1000000 per minute"}
    promised: set[str] = set()
    for number in range(COMMENT_ROUNDS):
        blog = start(tmp_path, **settings)
        acknowledged: list[str] = []
        refused: list[int] = []
        commenters = [
            Thread(target=submit_until_killed, args=(blog, f"Bea {number}.{commenter}", acknowledged, refused))
            for commenter in range(COMMENTERS)
        ]
        for commenter in commenters:
            commenter.start()
        wait_until(partial(bool, acknowledged))
        time.sleep(random.uniform(0.05, 0.4))  # noqa: S311 - any moment will do
        blog.kill()
        for commenter in commenters:
            commenter.join()

        promised.update(acknowledged)
        assert_whole(blog.settings.instance)
        assert promised <= {str(body) for (body,) in rows(blog.settings.instance, "SELECT body FROM comment")}
        assert refused == []

    blog = start(tmp_path, **settings)
    assert blog.get("/articles/tea-0").status == 200
    blog.stop()
    assert "Traceback" not in blog.output


def edit_and_withdraw_until_killed(
    blog: Served, who: str, promised: dict[str, tuple[str, bool]], refused: list[int]
) -> None:
    """Edit each comment, and withdraw every other one.

    ``promised`` has what was acknowledged, by the receipt: the last text, and whether it was withdrawn.
    """
    for number in range(1_000_000):
        text = f"{who} has to say this, number {number}"
        try:
            answer = blog.post("/articles/tea-0/comments", name=who, email="bea@example.org", website="", body=text)
            receipt = answer.headers["Location"]
            if receipt is None:
                refused += [answer.status] if answer.status != 303 else []
                return  # the kill has cut the response off
            promised[receipt] = (text, False)
            if blog.post(f"{receipt}/edit", body=f"{text}, better", revision="1").status == 303:
                promised[receipt] = (f"{text}, better", False)
            if number % 2 and blog.post(f"{receipt}/withdrawal").status == 303:
                promised[receipt] = (f"{text}, better", True)
        except OSError:
            return


def test_every_acknowledged_edit_and_withdrawal_survives_a_kill_of_the_server(
    tmp_path: Path, one_article: Path
) -> None:
    settings = {"BLOG_SOURCE": f"folder:{one_article}", "BLOG_COMMENT_RATE": "1000000 per minute"}
    promised: dict[str, tuple[str, bool]] = {}
    refused: list[int] = []
    for number in range(EDIT_ROUNDS):
        blog = start(tmp_path, **settings)
        authors = [
            Thread(target=edit_and_withdraw_until_killed, args=(blog, f"Bea {number}.{author}", promised, refused))
            for author in range(COMMENTERS)
        ]
        for author in authors:
            author.start()
        wait_until(lambda: any(is_withdrawn for _, is_withdrawn in list(promised.values())))
        time.sleep(random.uniform(0.05, 0.4))  # noqa: S311 - any moment will do
        blog.kill()
        for author in authors:
            author.join()
        assert_whole(blog.settings.instance)

    instance = tmp_path / "instance"
    found = {
        str(hash_): (str(body), status == "withdrawn")
        for hash_, body, status in rows(instance, "SELECT receipt_token_hash, body, status FROM comment")
    }
    assert refused == []
    assert rows(instance, LOST_REVISIONS) == []
    for receipt, (text, is_withdrawn) in promised.items():
        body, was_withdrawn = found[token_hash(receipt.rpartition("/")[2])]
        # The last request may have been stored although its response was lost.
        assert body in {text, f"{text}, better"}
        assert was_withdrawn or not is_withdrawn


def stored(instance: Path) -> int:
    """The number of articles in the database."""
    ((count,),) = rows(instance, "SELECT count(*) FROM article")
    return int(str(count))


def assert_articles_whole(instance: Path) -> None:
    assert_whole(instance)
    assert rows(instance, INCOMPLETE_ARTICLES) == []


def totals(output: str) -> dict[str, int]:
    """The sums of a sync's report: ``…: 3 created, 1 rejected``."""
    report = next(line for line in output.splitlines() if not line.startswith("Reading"))
    return {what: int(count) for count, what in re.findall(r"(\d+) (\w+)", report.rpartition(": ")[2])}


def test_a_sync_that_is_killed_leaves_whole_articles_and_is_completed_by_the_next(
    tmp_path: Path, articles: Path, sqlite_template: Path
) -> None:
    source = f"folder:{articles}"
    kept = []
    for number in range(SYNC_ROUNDS):
        folder = tmp_path / f"blog-{number}"
        instance = folder / "instance"
        instance.mkdir(parents=True)
        shutil.copy(sqlite_template, instance)
        killed = launch(folder, "sync", BLOG_SOURCE=source)
        wait_until(partial(stored, instance))
        time.sleep(random.uniform(0, 0.2))  # noqa: S311 - any moment will do
        kill_group(killed)
        assert_articles_whole(instance)
        kept.append(stored(instance))

        (folder / "output").unlink()
        repeated = launch(folder, "sync", BLOG_SOURCE=source)
        assert repeated.wait(TIMEOUT_SECONDS) == 0
        report = (folder / "output").read_text(encoding="utf-8")
        expected = {"created": ARTICLES - kept[-1], "unchanged": kept[-1]}
        assert totals(report) == {what: count for what, count in expected.items() if count}
        assert_articles_whole(instance)
        assert stored(instance) == ARTICLES
    assert any(0 < count < ARTICLES for count in kept), f"no sync was killed half-way: {kept}"
