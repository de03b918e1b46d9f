"""``make bench``: measures the blog on one core, and nginx and a constant Flask page in the same run.

Writes ``docs/performance.md``. Quote ratios from one run: machines differ, and are rarely quiet. With ``--quick`` it
measures small blogs only, and writes to the terminal alone.
"""

import os
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap

from tests.bench import growth, pages, sync_times, threads, workbench
from tests.bench.load import Run, Unusable
from tests.bench.pages import ROUNDS, YARDSTICK, Runs
from tests.bench.queue_rows import Amount
from tests.bench.sample_data import Size
from tests.bench.sync_times import Synced

LINE = 120
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
SIZES = [Size(100, 1_000), Size(10_000, 100_000), Size(100_000, 1_000_000)]


def main() -> None:
    """Measure everything and write the results."""
    is_quick = "--quick" in sys.argv
    sizes = SIZES[:1] if is_quick else SIZES
    amount = workbench.FEW if is_quick else workbench.MANY
    cached, memory = pages.measure_cached_pages()
    text = "\n".join(
        [
            *_introduction(),
            *_load_section(cached | pages.measure_while_commenting() | pages.measure_uncached_pages()),
            *_process_section(memory, pages.measure_start(), pages.measure_by_workers()),
            *_thread_section({count: threads.measure(count) for count in threads.COUNTS[: 1 if is_quick else None]}),
            *_growth_section({size: growth.measure(size) for size in sizes}),
            *_sync_section([sync_times.measure(size.articles) for size in sizes]),
            *_workbench_section({name: workbench.measure(amount, name) for name in workbench.DATABASES}, amount),
            "",
        ]
    )
    sys.stdout.write(text)
    if not is_quick:
        DOCUMENT.write_text(text, encoding="utf-8")


def _introduction() -> Iterable[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        "# Performance",
        "",
        *_paragraph(
            f"Written by `make bench` on a machine with {os.cpu_count()} cores and {memory:.0f} GiB. Its tables are "
            "from one run: compare what stands in them, not them with others."
        ),
    ]


def _paragraph(words: str) -> list[str]:
    return wrap(words, LINE, break_on_hyphens=False)


def _load_section(runs: Runs) -> Iterable[str]:
    yardstick = statistics.median(run.per_cpu_second for run in runs[YARDSTICK])
    return [
        "",
        "## Under load",
        "",
        *_paragraph(
            f"The server on one core, wrk on another, {ROUNDS} rounds in turn, 16 connections. Medians, with the least "
            "and the most, of requests a second of the server's own processor time; ratios are to nginx with the same "
            "bytes in a file, uncompressed."
        ),
        "",
        "| page | requests a CPU second | least – most | of nginx | p50 ms | p99 ms | failed |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(name, row_runs, yardstick) for name, row_runs in runs.items()),
    ]


def _row(name: str, runs: list[Run], yardstick: float) -> str:
    rates = [run.per_cpu_second for run in runs]
    middle = statistics.median(rates)
    p50, p99 = (statistics.median(getattr(run, which) for run in runs) for which in ("p50", "p99"))
    failed = sum(run.failed for run in runs)
    return (
        f"| {name} | {middle:,.0f} | {min(rates):,.0f} – {max(rates):,.0f} | {middle / yardstick:.3f} "
        f"| {p50:.2f} | {p99:.2f} | {failed} |"
    )


def _process_section(memory: list[float], start_seconds: float, by_workers: dict[int, Run]) -> Iterable[str]:
    one, two = by_workers[1].per_second, by_workers[2].per_second
    return [
        "",
        f"Memory of each process of `blog serve` after that: {', '.join(f'{mb:.0f}' for mb in memory)} MB.",
        f"From `blog serve` to the first answer: {start_seconds:.1f} s.",
        f"`--workers`: {one:.0f} articles a second, not kept, with 1 and {two:.0f} with 2, wrk on the same cores.",
    ]


def _growth_section(sizes: dict[Size, dict[str, float]]) -> Iterable[str]:
    names = list(next(iter(sizes.values())))
    return [
        "",
        "## With more in it",
        "",
        *_paragraph(
            "Milliseconds in the application, pages not kept, SQLite, medians of 30. The article has 10 comments; a "
            "common word is in most articles, a rare one in one of a hundred."
        ),
        "",
        f"| articles, comments | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
        *(
            f"| {size.articles:,}, {size.comments:,} | {' | '.join(f'{times[name]:.1f}' for name in names)} |"
            for size, times in sizes.items()
        ),
    ]


def _thread_section(counts: dict[int, dict[str, float]]) -> Iterable[str]:
    names = list(next(iter(counts.values())))
    return [
        "",
        "## Many comments",
        "",
        *_paragraph(
            "Milliseconds in the application, pages not kept, SQLite, medians of 30: one article with threads of mixed "
            "depth, all approved."
        ),
        "",
        f"| comments | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
        *(f"| {count:,} | {' | '.join(f'{times[name]:.1f}' for name in names)} |" for count, times in counts.items()),
    ]


def _workbench_section(databases: dict[str, dict[str, float]], amount: Amount) -> Iterable[str]:
    names = list(next(iter(databases.values())))
    return [
        "",
        "## For moderators",
        "",
        *_paragraph(
            f"Milliseconds in the application, medians of {workbench.REPEATS}, with {amount.comments:,} comments, "
            f"{amount.comments // 10:,} of them pending. A page shows 25 of them, and its HTML takes most of the time. "
            "“What is new” is what an open queue asks for every 700 ms. For SQLite this is processor time, for "
            "PostgreSQL elapsed time."
        ),
        "",
        f"| | {' | '.join(databases)} |",
        f"| --- |{' --- |' * len(databases)}",
        *(f"| {name} | {' | '.join(f'{times[name]:.1f}' for times in databases.values())} |" for name in names),
    ]


def _sync_section(syncs: list[Synced]) -> Iterable[str]:
    return [
        "",
        "`blog sync` of a folder of Markdown files, start of the program included:",
        "",
        "| documents | all new, s | MB | all unchanged, s | MB |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {one.documents:,} | {one.first_seconds:.1f} | {one.first_mb:.0f} "
            f"| {one.again_seconds:.1f} | {one.again_mb:.0f} |"
            for one in syncs
        ),
    ]


if __name__ == "__main__":
    try:
        main()
    except Unusable as error:
        sys.exit(f"bench: {error}")
