"""A database that hangs or disappears while the blog runs."""

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from blog.cache.purge_watcher import POLL_SECONDS
from blog.postgresql_connection import GRACE_SECONDS
from tests.attack import shorter_limits
from tests.attack.shorter_limits import CONNECT_SECONDS, STATEMENT_SECONDS, WAIT_SECONDS
from tests.support.files import write
from tests.support.http_requests import answers
from tests.support.postgresql import Cluster
from tests.support.process_groups import members
from tests.support.servers import Served, served, start
from tests.support.waiting import wait_until

SOON_SECONDS = 2.0
COMMENT = {"name": "Bea", "email": "b@example.org", "website": "", "nickname": "", "body": "Lovely."}


def environment(tmp_path: Path) -> dict[str, str]:
    write(tmp_path / "articles", "on-tea.md", title="On Tea", published_at="2026-03-01T12:00:00Z")
    return {"BLOG_SOURCE": f"folder:{tmp_path / 'articles'}"}


@pytest.fixture
def own_postgresql() -> Iterator[Cluster]:
    """A server that no other test uses, because it will hang."""
    cluster = Cluster.start()
    yield cluster
    cluster.stop()


@contextmanager
def hung(cluster: Cluster) -> Iterator[None]:
    """PostgreSQL with all its processes stopped: it accepts connections, but does not answer."""
    postmaster = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    parents = {int(stat.parent.name): _parent(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    processes = [postmaster, *(pid for pid, parent in parents.items() if parent == postmaster)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def quickly(blog: Served, path: str) -> int:
    began = time.monotonic()
    status = blog.get(path).status
    assert time.monotonic() - began < SOON_SECONDS, path
    return status


def test_cached_pages_and_health_checks_survive_a_hung_postgresql(tmp_path: Path, own_postgresql: Cluster) -> None:
    url = own_postgresql.create("hung")
    settings = environment(tmp_path) | {"BLOG_DATABASE_URL": url}
    with served(tmp_path / "blog", **settings, **shorter_limits.RUN_FIRST) as blog:
        # The purges of the first sync must arrive before the page is cached that is requested later.
        time.sleep(3 * POLL_SECONDS)
        assert blog.get("/articles/on-tea").status == 200
        assert blog.get("/readyz").status == 200
        with ThreadPoolExecutor(24) as pool, hung(own_postgresql):
            searches = [pool.submit(blog.get, f"/search?q=tea{number}") for number in range(24)]
            wait_until(lambda: blog.get("/readyz").status == 503)
            assert not all(search.done() for search in searches)
            for _ in range(3):
                assert quickly(blog, "/articles/on-tea") == 200
                assert quickly(blog, "/healthz") == 200
                assert quickly(blog, "/readyz") == 503
            deadline = WAIT_SECONDS + 2 * (CONNECT_SECONDS + STATEMENT_SECONDS + GRACE_SECONDS)
            assert {search.result(deadline).status for search in searches} == {503}
        wait_until(lambda: blog.get("/readyz").status == 200)
        assert blog.get("/search?q=tea").status == 200
        assert blog.post("/articles/on-tea/comments", **COMMENT).status == 303
        assert "Traceback" not in blog.output


def test_a_comment_is_refused_when_the_database_file_is_gone(tmp_path: Path) -> None:
    with served(tmp_path / "blog", **environment(tmp_path)) as blog:
        assert blog.post("/articles/on-tea/comments", **COMMENT).status == 303
        (blog.settings.instance / "blog.sqlite3").unlink()
        assert blog.post("/articles/on-tea/comments", **COMMENT | {"body": "Lost?"}).status == 503
        answer = blog.get("/readyz")
        assert answer.status == 503
        # A thread that connects only now creates the file again.
        assert json.loads(answer.text)["database"] in {"deleted", "replaced"}


def test_a_main_process_that_is_killed_alone_leaves_the_port_free(tmp_path: Path) -> None:
    blog = start(tmp_path / "blog", **environment(tmp_path))
    os.kill(blog.process.pid, signal.SIGKILL)
    blog.process.wait()
    try:
        wait_until(lambda: not members(blog.process.pid))
        assert not answers(blog.port)
        again = start(tmp_path / "blog", blog.port, BLOG_SOURCE=f"folder:{tmp_path / 'articles'}")
        again.stop()
    finally:
        blog.kill()
