"""Measures pages under load on one core, with nginx and a constant Flask page in the same run, and on two cores."""

import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.isso import isso
from tests.bench.load import SERVER_CORE, Run, memory_mb, run_wrk
from tests.bench.peers import constant_flask, nginx
from tests.support.servers import Served, served

ROUNDS = 3
BROTLI = {"Accept-Encoding": "br"}
COMMENTS_A_SECOND = 5
SETTLE_SECONDS = 3
"""Time for the worker to start, which shares the core."""

FORM = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Origin"] = "{origin}"
wrk.headers["Sec-Fetch-Site"] = "same-origin"
local number = {seed}
request = function()
  number = number + 1
  local body = "name=Bea&email=bea%40example.org&website=&nickname=&body=Thank+you+for+this,+number+" .. number
  return wrk.format(nil, nil, nil, body)
end
"""

YARDSTICK = "nginx, the article as a file"

RATES = ("BLOG_COMMENT_RATE", "BLOG_COMMENT_ATTEMPT_RATE", "BLOG_COMMENT_PREVIEW_RATE")
NO_LIMITS = dict.fromkeys(RATES, "10000000 per minute")

Measure = Callable[[], Run]
Runs = dict[str, list[Run]]


def measure_cached_pages() -> tuple[Runs, list[float]]:
    """Measures cached pages, sent comments, and the memory of the processes after that, in MB."""
    with tempfile.TemporaryDirectory() as folder, _blog(Path(folder, "blog")) as blog:
        group, path = blog.process.pid, _newest_article_path(blog)
        page, etag = blog.get(path).text.encode(), blog.get(path).headers["ETag"]
        article = blog.url + path
        with nginx(Path(folder, "nginx"), page) as file, constant_flask(Path(folder, "flask"), page) as constant:
            runs = _in_rounds(
                {
                    YARDSTICK: lambda: run_wrk(*file),
                    "constant Flask page under Granian": lambda: run_wrk(*constant),
                    "article": lambda: run_wrk(article, group),
                    "article, brotli": lambda: run_wrk(article, group, headers=BROTLI),
                    "article, 304": lambda: run_wrk(article, group, headers={"If-None-Match": etag}),
                    "index": lambda: run_wrk(f"{blog.url}/", group, headers=BROTLI),
                    "tag": lambda: run_wrk(f"{blog.url}/tags/guided-tour", group, headers=BROTLI),
                    "feed": lambda: run_wrk(f"{blog.url}/feed.xml", group, headers=BROTLI),
                }
            )
        with isso(Path(folder, "isso")) as (new, isso_group, script):
            runs |= _in_rounds(
                {
                    "comment submit, one at a time": lambda: _send(f"{article}/comments", blog, 1),
                    "the same to Isso": lambda: run_wrk(new, isso_group, script=script, connections=1),
                }
            )
        runs |= _in_rounds(
            {
                "comment submit, four at once": lambda: _send(f"{article}/comments", blog, 4),
                "comment preview": lambda: _send(f"{article}/comments/preview", blog, 1),
            }
        )
        return runs, memory_mb(group)


def measure_while_commenting() -> Runs:
    """Measures the article while comments on it are sent and shown at once."""
    with tempfile.TemporaryDirectory() as folder, _blog(Path(folder), BLOG_COMMENTS="open") as blog:
        return _in_rounds(
            {"article while 5 comments a second appear": lambda: _while_commenting(blog, _newest_article_path(blog))}
        )


def measure_uncached_pages() -> Runs:
    """Measures pages of a blog without a page cache."""
    with tempfile.TemporaryDirectory() as folder, _blog(Path(folder), BLOG_PAGE_CACHE_MB="0") as blog:
        group, article = blog.process.pid, blog.url + _newest_article_path(blog)
        return _in_rounds(
            {
                "article, not kept": lambda: run_wrk(article, group),
                "index, not kept": lambda: run_wrk(f"{blog.url}/", group),
            }
        )


def measure_by_workers() -> dict[int, Run]:
    """Measures the uncached article by the number of workers, on all cores; the load comes from the same cores."""
    runs = {}
    for workers in (1, 2):
        _print_progress(f"{workers} workers")
        with (
            tempfile.TemporaryDirectory() as folder,
            served(Path(folder), 0, f"--workers={workers}", BLOG_PAGE_CACHE_MB="0") as blog,
        ):
            time.sleep(SETTLE_SECONDS)
            runs[workers] = run_wrk(blog.url + _newest_article_path(blog), blog.process.pid, is_pinned=False)
    return runs


def measure_start() -> float:
    """The time from the command to the first response, of a blog that has run before."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder):
            pass
        began = time.perf_counter()
        with served(folder):
            return time.perf_counter() - began


def _in_rounds(measures: dict[str, Measure]) -> Runs:
    """Measure everything once and then again, so that a busy minute affects all figures."""
    runs: Runs = {name: [] for name in measures}
    for number in range(ROUNDS):
        for name, take in measures.items():
            _print_progress(f"round {number + 1} of {ROUNDS}: {name}")
            runs[name].append(take())
    return runs


@contextmanager
def _blog(folder: Path, **settings: str) -> Iterator[Served]:
    """A blog of the demo articles on one core."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(SERVER_CORE)})
    try:
        with served(folder, BLOG_TITLE="Bench", **NO_LIMITS, **settings) as blog:
            os.sched_setaffinity(0, everywhere)
            time.sleep(SETTLE_SECONDS)
            yield blog
    finally:
        os.sched_setaffinity(0, everywhere)


def _newest_article_path(blog: Served) -> str:
    """The path of the newest article."""
    path: str = re.findall(r'href="(/articles/[^"]+)"', blog.get("/").text)[0]
    return path


def _send(address: str, blog: Served, connections: int) -> Run:
    script = FORM.format(origin=blog.url, seed=time.time_ns())
    return run_wrk(address, blog.process.pid, script=script, connections=connections)


def _while_commenting(blog: Served, path: str) -> Run:
    is_over = threading.Event()

    def comment() -> None:
        while not is_over.wait(1 / COMMENTS_A_SECOND):
            body = f"At {time.time()}"
            blog.post(f"{path}/comments", name="Bea", email="b@example.org", website="", nickname="", body=body)

    commenter = threading.Thread(target=comment)
    commenter.start()
    try:
        return run_wrk(blog.url + path, blog.process.pid, headers=BROTLI)
    finally:
        is_over.set()
        commenter.join()


def _print_progress(what: str) -> None:
    sys.stderr.write(f"{what}\n")
