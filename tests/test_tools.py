"""The tools for contributors work."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent


def test_a_commit_is_checked_with_the_commands_of_make_check() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    recipe = re.search(r"^check:.*\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipe is not None
    commands = [line.strip().replace("$(BIN)/", ".venv/bin/") for line in recipe[1].splitlines()]
    assert hooks
    for hook in hooks:
        assert any(command.startswith(hook["entry"]) for command in commands), hook["id"]
        assert hook["language"] == "system", "the locked version"


def test_the_name_of_a_test_is_shorter_than_80_characters() -> None:
    names = [
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    ]
    assert names
    assert [name for name in names if len(name) >= 80] == []
