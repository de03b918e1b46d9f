"""Lighthouse on index, article and tag, on a phone and on a desk: ``make lighthouse``.

The blog is served by this program, with the demo articles. Each page is loaded three times in each form, and what
counts is the middle score, since the first category is measured in time. The exit status is 1 where a score is below
100; what it lost is printed then.

The report's format is Lighthouse's own (https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

import click

from tests.browser.conftest import PROGRAMS, SWITCHES
from tests.support.page_kinds import RICH_ARTICLE
from tests.support.ports import free_port
from tests.support.servers import served

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FORMS = {"mobile": (), "desktop": ("--preset=desktop",)}
PAGES = {"index": "/", "article": RICH_ARTICLE, "tag": "/tags/writing"}
RUNS = 3
ATTEMPTS = 4
RUN_SECONDS = 180
WHOLE = 100

Report = dict[str, Any]


@dataclass(frozen=True)
class Scores:
    """The scores of one page in one form factor, from 0 to 100 by category, and the failed audits."""

    page: str
    form: str
    reached: dict[str, int]
    lost: list[str]

    @property
    def is_whole(self) -> bool:
        return min(self.reached.values()) == WHOLE

    def __str__(self) -> str:
        return f"{self.form:8} {self.page:8}" + "".join(f"{self.reached[name]:16}" for name in CATEGORIES)


def main(folder: Path) -> int:
    """Print a table of all scores with the Lighthouse in ``folder``; return the exit status."""
    with tempfile.TemporaryDirectory() as instance:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with served(Path(instance), port, BLOG_URL=url):
            click.echo(" " * 17 + "".join(f"{name:>16}" for name in CATEGORIES))
            all_scores = list(_all_scores(folder, url))
    for scores in all_scores:
        for line in scores.lost:
            click.echo(f"{scores.form} {scores.page}: {line}")
    if all(scores.is_whole for scores in all_scores):
        return 0
    click.echo(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; time counts in performance.")
    return 1


def _all_scores(folder: Path, url: str) -> Iterator[Scores]:
    for form, switches in FORMS.items():
        for page, address in PAGES.items():
            reports = [_report(folder, url + address, switches) for _ in range(RUNS)]
            scores = Scores(page, form, _middle(reports), _lost(reports))
            click.echo(str(scores))
            yield scores


def _report(folder: Path, url: str, switches: tuple[str, ...]) -> Report:
    """Lighthouse's report on one load of ``url``. It is repeated if a busy browser missed the start."""
    browser = next(filter(None, map(shutil.which, PROGRAMS)))
    command = [
        "node", str(folder / "node_modules/lighthouse/cli/index.js"), url, *switches,
        "--quiet", "--output=json", "--no-enable-error-reporting",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags=--headless=new {' '.join(SWITCHES)}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": browser}
    complaints = ""
    for _ in range(ATTEMPTS):
        done = subprocess.run(command, env=environment, capture_output=True, timeout=RUN_SECONDS, check=False)
        if done.returncode == 0:
            report: Report = json.loads(done.stdout)
            return report
        complaints += done.stderr.decode(errors="replace")
    sys.exit(f"Lighthouse could not look at {url}:\n{complaints}")


def _middle(reports: list[Report]) -> dict[str, int]:
    """The median scores of all runs by category. A category without a score counts as 0."""
    return {
        name: median_low(round((report["categories"][name]["score"] or 0) * WHOLE) for report in reports)
        for name in CATEGORIES
    }


def _lost(reports: list[Report]) -> list[str]:
    """The audits that reduced a category's median score, one line each."""
    found = []
    for name in CATEGORIES:
        middle = sorted(reports, key=lambda report: report["categories"][name]["score"] or 0)[len(reports) // 2]
        category = middle["categories"][name]
        if category["score"] != 1:
            weights = {ref["id"]: ref["weight"] for ref in category["auditRefs"]}
            audits = [middle["audits"][id_] for id_, weight in weights.items() if weight]
            found += [f"{name}: {_shown(audit)}" for audit in audits if (audit["score"] or 0) < 1 and _counts(audit)]
    return found


def _counts(audit: Report) -> bool:
    return audit["scoreDisplayMode"] not in {"notApplicable", "informative", "manual"}


def _shown(audit: Report) -> str:
    value = audit.get("displayValue") or audit.get("errorMessage") or ""
    nodes = [item["node"]["snippet"] for item in (audit.get("details") or {}).get("items", []) if "node" in item]
    return " ".join(filter(None, (audit["title"], value, *nodes)))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
