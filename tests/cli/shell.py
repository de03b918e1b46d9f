"""Calls ``blog`` with the articles of one folder."""

from pathlib import Path

from tests.support.commands import run_in_process, run_process


def with_article(folder: Path) -> Path:
    (folder / "articles").mkdir()
    (folder / "articles" / "good.md").write_text("# Good\n\nText.\n", encoding="utf-8")
    return folder


def blog(folder: Path, *arguments: str, status: int = 0, stdin: str = "", **environment: str) -> str:
    """The output of ``blog`` with ``arguments`` in ``folder``."""
    return run_in_process(folder, *arguments, status=status, stdin=stdin, **(source(folder) | environment))


def process(folder: Path, *arguments: str, status: int = 0, stdin: str = "", **environment: str) -> str:
    """The same in a process of its own: with its start, its logging and its end."""
    return run_process(folder, *arguments, status=status, stdin=stdin, **(source(folder) | environment))


def source(folder: Path) -> dict[str, str]:
    return {"BLOG_SOURCE": f"folder:{folder / 'articles'}"}
