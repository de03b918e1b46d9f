"""The ``blog`` command, from a shell."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli import interrupted_rollback
from tests.cli.shell import blog, process, with_article
from tests.sources.fake_ghost import CONTENT_KEY, fake_ghost
from tests.support.clients import PASSWORD
from tests.support.processes import not_forking
from tests.support.servers import BLOG, launch
from tests.support.waiting import wait_until


def test_every_command_runs_from_a_shell(tmp_path: Path) -> None:
    folder = with_article(tmp_path)
    assert process(folder, "--version").startswith("blog, version ")
    process(folder, "db", "upgrade")
    assert "lists 1 item." in process(folder, "source", "check")
    with not_forking(BLOG):
        assert "1 created" in process(folder, "sync")
    assert "Cleo" in process(folder, "moderator", "add", "Cleo", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert process(folder, "preview", status=2).startswith("blog: ")
    assert process(folder, "media", "prune") == "No image is unused.\n"
    assert "BLOG_THEME=" in process(folder, "theme", "new", "look")
    assert "good     database" in process(folder, "doctor", BLOG_URL="https://blog.example")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("comments export --email bea@example.org", "No comment was sent with bea@example.org."),
        ("comments erase --email bea@example.org", "No comment was sent with bea@example.org."),
        ("comments erase --email bea@example.org --confirm", "No comment was sent with bea@example.org."),
        ("comments recount", "All counts are right."),
        ("comments recount --dry-run", "All counts are right."),
        ("comments rerender", "All comments are already cleaned"),
        ("mail --retry", "Tried again: 0 mails."),
        ("media prune --dry-run", "No image was removed"),
        ("moderator list", ""),
    ],
)
def test_a_command_that_needs_the_database_runs_from_a_shell(folder: Path, command: str, says: str) -> None:
    assert says in blog(folder, *command.split(), status=2 if "media" in command else 0)


def test_help_lists_the_commands_however_the_settings_are(tmp_path: Path) -> None:
    text = blog(tmp_path, "--help", BLOG_TIMEZONE="Mars")
    assert all(f"\n  {command} " in text for command in ("db", "doctor", "moderator", "serve", "sync"))


def test_help_lists_the_blog_s_own_commands_before_those_of_flask(tmp_path: Path) -> None:
    own, _, flask = blog(tmp_path, "--help").partition("Commands of Flask:")
    assert re.findall(r"^  (\w+)  ", flask, re.MULTILINE) == ["db", "routes", "shell"]
    assert "\n  serve  " in own.partition("\nCommands:")[2]


def test_the_report_uses_the_singular_for_one_draft(folder: Path) -> None:
    (folder / "articles" / "tea.md").write_text("---\ntitle: On Tea\ndraft: true\n---\nText.\n", encoding="utf-8")
    assert "1 draft\n" in blog(folder, "sync")
    assert "2 documents\n" in blog(folder, "doctor", status=1)
    (folder / "articles" / "tea.md").unlink()
    assert "1 document\n" in blog(folder, "doctor", status=1)


def test_a_bad_setting_is_one_line_for_every_command(tmp_path: Path) -> None:
    for arguments in (("sync",), ("moderator", "list"), ("db", "current")):
        text = blog(tmp_path, *arguments, status=2, BLOG_TIMEZONE="Mars")
        assert text.startswith("blog: BLOG_TIMEZONE=Mars cannot be used")
        assert text.count("\n") == 1


def test_sync_prints_its_report_and_can_be_repeated(folder: Path) -> None:
    (folder / "articles" / "bad.md").write_text("---\ntitle: [unclosed\n---\nText.\n", encoding="utf-8")
    first = blog(folder, "sync")
    assert "1 created" in first
    assert "1 rejected" in first
    assert "bad.md:3" in first
    second = blog(folder, "sync")
    assert "1 unchanged" in second


def test_a_locale_without_a_sign_does_not_end_a_command(folder: Path) -> None:
    (folder / "articles" / "tea.md").write_text("---\nslug: good\n---\n# 茶\n", encoding="utf-8")
    with not_forking(BLOG):
        assert "tea.md:2 ???: slug: ?good? is already used" in process(folder, "sync", PYTHONIOENCODING="latin-1")


def test_sync_on_a_database_without_tables_says_how_to_fix_it(tmp_path: Path) -> None:
    assert "blog db upgrade" in blog(with_article(tmp_path), "sync", status=2)


def test_moderators_are_added_listed_disabled_and_let_in_again(folder: Path) -> None:
    assert "/moderation/login" in blog(folder, "moderator", "add", "Cleo", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert "Cleo\tactive" in blog(folder, "moderator", "list")
    assert "cleo" in blog(folder, "moderator", "add", "cleo", "--password-stdin", stdin=f"{PASSWORD}\n", status=2)
    blog(folder, "moderator", "disable", "cleo")
    assert "Cleo\tdisabled" in blog(folder, "moderator", "list")
    blog(folder, "moderator", "reset-password", "Cleo", "--password-stdin", stdin=f"{PASSWORD} staple\n")
    assert "Cleo\tactive" in blog(folder, "moderator", "list")
    assert "Nobody" in blog(folder, "moderator", "disable", "Nobody", status=2)
    assert "12" in blog(folder, "moderator", "add", "Dan", "--password-stdin", stdin="short\n", status=2)


def test_the_schema_goes_down_and_up(folder: Path) -> None:
    process(folder, "db", "downgrade", "base")
    assert "it is empty; blog serve creates the tables" in blog(folder, "doctor", status=1)
    process(folder, "db", "upgrade")
    assert "(head)" in process(folder, "db", "current")


def test_flask_s_own_command_reaches_the_migrations(folder: Path) -> None:
    command = [sys.executable, "-m", "flask", "--app", "blog", "db", "current"]
    environment = os.environ | {"BLOG_INSTANCE": str(folder / "instance")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert "(head)" in done.stdout


def test_a_bad_line_of_the_env_file_is_named_once(folder: Path) -> None:
    (folder / ".env").write_text("BLOG_TITLE=Tea\n'unclosed\n", encoding="utf-8")
    text = process(folder, "doctor", status=1)
    assert text.count("line 2") == 1
    assert ".env, line 2, cannot be read" in text


def test_an_env_file_that_is_not_utf_8_is_an_error_of_one_line(folder: Path) -> None:
    (folder / ".env").write_bytes("BLOG_TAGLINE=Tea\nBLOG_TITLE=Thé\n".encode("latin-1"))
    assert blog(folder, "doctor", status=2).endswith(".env, line 2, is not UTF-8. Save the file as UTF-8.\n")


def test_the_byte_order_mark_of_an_env_file_is_no_part_of_a_name(folder: Path) -> None:
    (folder / ".env").write_text("BLOG_PAGE_SIZE=none\n", encoding="utf-8-sig")
    assert "BLOG_PAGE_SIZE=none cannot be used" in blog(folder, "sync", status=2)


def test_preview_links_to_drafts_are_printed(folder: Path) -> None:
    assert "no draft or scheduled article" in blog(folder, "preview", status=2)
    (folder / "articles" / "tea.md").write_text("---\ntitle: On Tea\ndraft: true\n---\nText.\n", encoding="utf-8")
    (folder / "articles" / "cups.md").write_text(
        "---\ntitle: On Cups\npublished_at: 2099-01-01\n---\nText.\n", encoding="utf-8"
    )
    blog(folder, "sync")
    lines = [line.split("\t") for line in blog(folder, "preview", BLOG_URL="https://blog.example").splitlines()]
    assert [(title, kind) for title, kind, _ in lines] == [("On Tea", "draft"), ("On Cups", "scheduled")]
    assert all(link.startswith("https://blog.example/preview/") for *_, link in lines)
    assert blog(folder, "preview", "cups", "--days", "2").count("\n") == 1
    assert "“pots”" in blog(folder, "preview", "pots", status=2)


def test_a_source_is_checked_without_storing_anything(folder: Path) -> None:
    text = blog(folder, "source", "check")
    assert "lists 1 item." in text
    assert re.search(r"^  title +Good$", text, re.MULTILINE)
    assert re.search(r"^  slug +good$", text, re.MULTILINE)
    assert "0 created" not in text
    assert "1 created" in blog(folder, "sync")


def test_a_check_shows_the_fields_of_a_cms_document(folder: Path) -> None:
    with fake_ghost() as (ghost, server):
        ghost.add(1, "On Tea", tags=[{"name": "Green tea", "visibility": "public"}])
        key = {"BLOG_SOURCE": f"ghost:{server.url}", "BLOG_SOURCE_KEY": CONTENT_KEY}
        text = blog(folder, "source", "check", status=0, stdin="", **key)
        assert re.search(r"^  tags +Green tea$", text, re.MULTILINE)
        assert "drafts and scheduled posts are not imported" in text
        assert "This took 2 requests" in text
        assert CONTENT_KEY not in text
        assert "never synced yet" in blog(folder, "doctor", status=1, **key)
        wrong = blog(folder, "source", "check", status=2, stdin="", **(key | {"BLOG_SOURCE_KEY": "wrong"}))
        assert "Unknown Content API Key" in wrong
        assert wrong.count("\n") == 1
    gone = blog(folder, "doctor", status=1, **key)
    assert "cannot be reached" in gone


def test_a_cms_without_its_key_is_an_error_of_one_line(folder: Path) -> None:
    assert "BLOG_SOURCE_KEY" in blog(folder, "sync", status=2, BLOG_SOURCE="ghost:https://cms.example")


def test_the_worker_runs_by_itself_too(folder: Path) -> None:
    worker = launch(folder, "worker", BLOG_SOURCE=f"folder:{folder / 'articles'}")
    output = folder / "output"
    wait_until(lambda: "1 created" in output.read_text(encoding="utf-8"), worker)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(20) == 0
    assert "Traceback" not in output.read_text(encoding="utf-8")


def test_ctrl_c_during_a_rollback_shows_no_traceback(folder: Path) -> None:
    output = process(folder, "sync", status=1, **interrupted_rollback.RUN_FIRST)
    assert output.splitlines()[-1] == "Aborted!"
    assert "Traceback" not in output


def test_unused_images_are_listed_before_they_are_deleted(folder: Path) -> None:
    blog(folder, "sync")
    image = folder / "instance" / "media" / f"{'0' * 32}.png"
    image.parent.mkdir()
    image.write_bytes(b"an image")
    assert blog(folder, "media", "prune") == "No image is unused.\n"
    os.utime(image, (time.time() - 3 * 24 * 60 * 60,) * 2)
    assert blog(folder, "media", "prune", "--days", "4") == "No image is unused.\n"
    assert image.name in blog(folder, "media", "prune", "--dry-run")
    assert image.exists()
    assert "1 file" in blog(folder, "media", "prune")
    assert not image.exists()
