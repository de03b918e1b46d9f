"""First and last commit times of the files in a folder, if the folder is in a git repository."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

SECONDS = 10
"""If git takes longer, the files' own modification times are used instead."""


class Times(NamedTuple):
    """The first and last commit of a file. ``first`` is ``None`` if the history (a shallow clone) does not have it."""

    first: datetime | None
    last: datetime


def commit_times(folder: Path) -> dict[str, Times]:
    """Commit times by path relative to ``folder``, following renames.

    Empty if git is not installed, the folder is not in a repository, or git does not finish within ``SECONDS``.
    """
    # https://git-scm.com/docs/git-log: with -z, each name ends in NUL; %x01 begins a commit, and so marks its line.
    # The operator's git configuration may show signatures, which would be mixed with these lines. %at is the time of
    # the author, which a rebase keeps.
    command = [
        "git", "-C", str(folder), "log", "-z", "--no-show-signature", "--relative", "--find-renames", "--name-status",
        "--format=%x01%at %D", "--", ".",
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours, the folder the operator's
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS,
            check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return {}
    return _read(done.stdout.decode(errors="surrogateescape"))


def _read(output: str) -> dict[str, Times]:
    """The times in git's ``output``, which lists the newest commit first."""
    found: dict[str, Times] = {}
    present_names: dict[str, str] = {}
    for commit in output.split("\x01")[1:]:
        head, *changes = commit.split("\0")
        seconds, _, marks = head.partition(" ")
        try:
            time = datetime.fromtimestamp(int(seconds), UTC)
        except (ValueError, OverflowError):
            continue  # a commit in the year 300 000, or a part of a file name that contains U+0001
        # In a shallow clone the oldest commit seems to add every file, which says nothing about when it was written.
        # git marks that commit as grafted.
        first = None if "grafted" in marks else time
        for former, name in _changes(changes):
            # The newest commits come first, so a file's present name is known before its former ones.
            present = present_names.get(name, name)
            present_names[former] = present
            found[present] = Times(first, found[present].last if present in found else time)
    return found


def _changes(words: list[str]) -> list[tuple[str, str]]:
    """Pairs of old and new name for each changed file; both are the same unless the file was renamed."""
    # In spite of -z, git writes a line feed between a commit's line and its first file.
    rest = iter(word.lstrip("\n") for word in words)
    pairs = []
    for status in rest:
        if status:
            former = next(rest, "")
            pairs.append((former, next(rest, "") if status[0] in "RC" else former))
    return pairs
