"""The outbox in a real blog: kills lose no mail and repeat none, and nobody waits for the mail server."""

import random
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.ports import free_port
from tests.support.servers import Served, served, start
from tests.support.smtp_server import FakeMailServer, mail_server
from tests.support.waiting import wait_until

ROUNDS = 4
MAILS_A_ROUND = 12


def environment(port: int) -> dict[str, str]:
    return {
        "BLOG_URL": "https://blog.example.org",
        "BLOG_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "BLOG_MAIL_FROM": "blog@example.org",
        "BLOG_COMMENT_RATE": "1000000 per minute",
    }


@contextmanager
def database(blog: Served) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(blog.settings.instance / "blog.sqlite3", timeout=30)) as connection, connection:
        yield connection


def states(blog: Served) -> Counter[str]:
    with database(blog) as connection:
        return Counter(state for (state,) in connection.execute("SELECT state FROM outbox_mail"))


def let_claims_run_out(blog: Served) -> None:
    with database(blog) as connection:
        connection.execute("UPDATE outbox_mail SET due_at = created_at WHERE state IN ('waiting', 'sending')")


def slug(blog: Served) -> str:
    with database(blog) as connection:
        return str(connection.execute("SELECT slug FROM article WHERE comment_policy IS NULL").fetchone()[0])


def send_comment(blog: Served, address: str) -> float:
    """Send a comment whose author wants mail; return the seconds that it took."""
    fields = {"name": "Bea", "email": address, "website": "", "body": f"From {address}", "notify": "1"}
    began = time.monotonic()
    assert blog.post(f"/articles/{slug(blog)}/comments", **fields).status == 303
    return time.monotonic() - began


def test_a_worker_that_is_killed_in_the_middle_of_a_mail_does_not_lose_it(tmp_path: Path) -> None:
    with mail_server() as smtp:
        smtp.delay_seconds = 1.5
        blog = start(tmp_path, **environment(smtp.port))
        send_comment(blog, "bea@example.org")
        assert smtp.is_waiting.wait(30), "the server has the text and has not acknowledged it"
        blog.kill()
        assert states(blog) == {"sending": 1}
        smtp.delay_seconds = 0
        with served(tmp_path, **environment(smtp.port)) as again:
            time.sleep(2.5)
            assert smtp.received == [], "the claim of the killed worker still holds"
            let_claims_run_out(again)
            wait_until(lambda: states(again) == {"sent": 1})
        assert [mail.recipient for mail in smtp.received] == ["bea@example.org"]


def test_kills_lose_no_mail_and_repeat_at_most_one(tmp_path: Path) -> None:
    with mail_server() as smtp:
        smtp.delay_seconds = 0.02
        for number in range(ROUNDS):
            blog = start(tmp_path, **environment(smtp.port))
            for mail in range(MAILS_A_ROUND):
                send_comment(blog, f"p{mail}.{number}@example.org")
            wait_until(lambda: len(smtp.received) > MAILS_A_ROUND * number)  # noqa: B023
            time.sleep(random.uniform(0, 0.3))  # noqa: S311 - any moment will do
            blog.kill()
            let_claims_run_out(blog)
        with served(tmp_path, **environment(smtp.port)) as blog:
            wait_until(lambda: states(blog) == {"sent": ROUNDS * MAILS_A_ROUND})
    times = Counter(mail.recipient for mail in smtp.received)
    assert len(times) == ROUNDS * MAILS_A_ROUND
    repeated = sum(times.values()) - len(times)
    assert repeated <= ROUNDS, "one for each kill"
    assert len({mail.message["Message-ID"] for mail in smtp.received}) == len(times)


def test_nobody_waits_for_a_mail_server_that_hangs(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as silent, served(tmp_path, **environment(port)) as blog:
        send_comment(blog, "first@example.org")
        silent.settimeout(30)
        connection, _ = silent.accept()
        with connection:
            slowest = max(send_comment(blog, f"p{number}@example.org") for number in range(5))
            assert slowest < 5
            assert blog.get("/").status == 200
            assert states(blog)["waiting"] >= 5


def test_a_healthy_blog_sends_each_mail_once_with_several_processes(tmp_path: Path) -> None:
    with mail_server() as smtp, served(tmp_path, 0, "--workers=2", **environment(smtp.port)) as blog:
        for number in range(MAILS_A_ROUND):
            send_comment(blog, f"p{number}@example.org")
        wait_until(lambda: states(blog) == {"sent": MAILS_A_ROUND})
        assert Counter(mail.recipient for mail in smtp.received).most_common(1)[0][1] == 1
        assert "Traceback" not in blog.output


def test_mails_that_wait_are_sent_when_the_server_is_back(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, **environment(port)) as blog:
        send_comment(blog, "bea@example.org")
        wait_until(lambda: "No mail can be sent" in blog.output)
        with mail_server(port=port) as smtp:
            let_claims_run_out(blog)
            wait_until(lambda: delivered(smtp, blog))
        wait_until(lambda: "Mail is sent again." in blog.output)
        assert "bea@example.org" not in blog.output


def delivered(smtp: FakeMailServer, blog: Served) -> bool:
    let_claims_run_out(blog)
    return len(smtp.received) == 1
