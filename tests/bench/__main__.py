"""``make bench``: how fast the blog is on one core, beside nginx and a constant Flask page in the same run.

Writes ``docs/performance.md``. Quote ratios from one run: machines differ, and are rarely quiet.
"""

import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.growing import Size, measure
from tests.bench.load import SERVER_CORE, Run, Unusable, memory_mb, put_load
from tests.bench.peers import constant_flask, nginx
from tests.serving import Served, served

ROUNDS = 3
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
BROTLI = {"Accept-Encoding": "br"}
SIZES = [Size(100, 1_000), Size(10_000, 100_000), Size(100_000, 1_000_000)]
COMMENTS_A_SECOND = 5

SUBMIT = """
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

Measure = Callable[[], Run]


def main() -> None:
    rows = dict(_pages())
    sizes = {size: measure(size) for size in SIZES[: 2 if "--quick" in sys.argv else 3]}
    text = _document(rows, sizes)
    sys.stdout.write(text)
    if "--quick" not in sys.argv:
        DOCUMENT.write_text(text, encoding="utf-8")


def _pages() -> Iterator[tuple[str, list[Run]]]:
    with tempfile.TemporaryDirectory() as folder, _blog(Path(folder, "kept")) as blog:
        group = blog.process.pid
        slug = re.findall(r'href="/articles/([^"]+)"', blog.get("/").text)[0]
        article = f"{blog.url}/articles/{slug}"
        page = blog.get(f"/articles/{slug}").text.encode()
        etag = blog.get(f"/articles/{slug}").headers["ETag"]
        with nginx(Path(folder, "nginx"), page) as file, constant_flask(Path(folder, "flask"), page) as constant:
            measures: dict[str, Measure] = {
                "nginx, the article as a file": lambda: put_load(*file),
                "constant Flask page under Granian": lambda: put_load(*constant),
                "article": lambda: put_load(article, group),
                "article, brotli": lambda: put_load(article, group, headers=BROTLI),
                "article, 304": lambda: put_load(article, group, headers={"If-None-Match": etag}),
                "index": lambda: put_load(f"{blog.url}/", group, headers=BROTLI),
                "tag": lambda: put_load(f"{blog.url}/tags/guided-tour", group, headers=BROTLI),
                "feed": lambda: put_load(f"{blog.url}/feed.xml", group, headers=BROTLI),
                "article while comments come in": lambda: _while_commenting(blog, article, slug),
            }
            yield from _in_turn(measures)
        yield "comment submit", [_submit(blog, slug, seed) for seed in range(ROUNDS)]
        MEMORY.extend(memory_mb(group))
    with tempfile.TemporaryDirectory() as folder, _blog(Path(folder), BLOG_PAGE_CACHE_MB="0") as blog:
        group = blog.process.pid
        slug = re.findall(r'href="/articles/([^"]+)"', blog.get("/").text)[0]
        yield "article, not kept", [put_load(f"{blog.url}/articles/{slug}", group) for _ in range(ROUNDS)]


MEMORY: list[float] = []


def _in_turn(measures: dict[str, Measure]) -> Iterator[tuple[str, list[Run]]]:
    """Everything once, then everything again, so that a noisy minute hurts all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in measures}
    for number in range(ROUNDS):
        for name, take in measures.items():
            sys.stderr.write(f"round {number + 1} of {ROUNDS}: {name}\n")
            runs[name].append(take())
    yield from runs.items()


@contextmanager
def _blog(folder: Path, **settings: str) -> Iterator[Served]:
    """A blog of the demo articles on one core."""
    os.sched_setaffinity(0, {int(SERVER_CORE)})
    try:
        with served(folder, BLOG_COMMENT_RATE="10000000 per minute", BLOG_TITLE="Bench", **settings) as blog:
            os.sched_setaffinity(0, range(os.cpu_count() or 1))
            yield blog
    finally:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def _submit(blog: Served, slug: str, seed: int) -> Run:
    script = SUBMIT.format(origin=blog.url, seed=seed * 10_000_000)
    return put_load(f"{blog.url}/articles/{slug}/comments", blog.process.pid, script=script, connections=4)


def _while_commenting(blog: Served, article: str, slug: str) -> Run:
    is_over = threading.Event()

    def comment() -> None:
        while not is_over.wait(1 / COMMENTS_A_SECOND):
            body = f"At {time.time()}"
            blog.post(
                f"/articles/{slug}/comments", name="Bea", email="b@example.org", website="", nickname="", body=body
            )

    commenter = threading.Thread(target=comment)
    commenter.start()
    try:
        return put_load(article, blog.process.pid, headers=BROTLI)
    finally:
        is_over.set()
        commenter.join()


def _document(rows: dict[str, list[Run]], sizes: dict[Size, dict[str, float]]) -> str:
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yardstick = statistics.median(run.per_cpu_second for run in rows["nginx, the article as a file"])
    lines = [
        "# Performance", "",
        f"Written by `make bench` on a machine with {cores} cores and {memory:.0f} GiB: the server on one core, wrk on",
        f"the other, {ROUNDS} rounds in turn. Medians, with the least and the most; ratios are to nginx with the same",
        "bytes in a file.", "",
        "| page | requests a CPU second | least – most | of nginx | p50 ms | p99 ms | failed |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    lines += [_row(name, runs, yardstick) for name, runs in rows.items()]
    lines += [
        "",
        f"Memory of each process of `blog serve` after the load: {', '.join(f'{mb:.0f}' for mb in MEMORY)} MB.",
        "",
    ]
    lines += ["## With more in it", "", "Milliseconds in the application, pages not kept, medians of 30.", ""]
    names = list(next(iter(sizes.values())))
    lines += [f"| articles, comments | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for size, times in sizes.items():
        lines.append(f"| {size.articles:,}, {size.comments:,} | {' | '.join(f'{times[name]:.1f}' for name in names)} |")
    return "\n".join(lines) + "\n"


def _row(name: str, runs: list[Run], yardstick: float) -> str:
    rates = [run.per_cpu_second for run in runs]
    middle = statistics.median(rates)
    p50, p99 = (statistics.median(getattr(run, which) for run in runs) for which in ("p50", "p99"))
    failed = sum(run.failed for run in runs)
    return (
        f"| {name} | {middle:,.0f} | {min(rates):,.0f} – {max(rates):,.0f} | {middle / yardstick:.2f} "
        f"| {p50:.2f} | {p99:.2f} | {failed} |"
    )


if __name__ == "__main__":
    try:
        main()
    except Unusable as error:
        sys.exit(f"bench: {error}")
