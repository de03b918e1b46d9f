"""``blog doctor``, from a shell."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.shell import blog
from tests.support.clients import PASSWORD


def test_doctor_finds_no_fault_with_a_good_blog(folder: Path) -> None:
    blog(folder, "moderator", "add", "Cleo", "--password-stdin", stdin=f"{PASSWORD}\n")
    text = blog(folder, "doctor", BLOG_URL="https://blog.example")
    assert all(line.startswith("good") for line in text.splitlines()), text


def test_doctor_says_what_is_wrong_and_how_to_fix_it(folder: Path) -> None:
    (folder / "articles" / "bad.md").write_text("---\ncomments: perhaps\n---\n# Bad\n", encoding="utf-8")
    blog(folder, "moderator", "list")
    (folder / "instance" / "secret_key").chmod(0o644)
    text = blog(folder, "doctor", status=1, BLOG_TITEL="Tea", BLOG_REDIS_URL="redis://127.0.0.1:1/0")
    assert "there is no setting BLOG_TITEL; did you mean BLOG_TITLE?" in text
    assert "chmod 600" in text
    assert "bad.md:2" in text
    assert "blog moderator add NAME" in text
    assert "failed   redis" in text


def test_doctor_names_all_unusable_settings_and_checks_the_rest(folder: Path) -> None:
    text = blog(folder, "doctor", status=1, BLOG_TIMEZONE="Mars", BLOG_PAGE_SIZE="many", BLOG_SOURCE="ftp:articles")
    assert all(f"failed   settings: BLOG_{name}=" in text for name in ("TIMEZONE", "PAGE_SIZE", "SOURCE"))
    assert "good     database" in text
    assert "not checked until what failed above is fixed: source\n" in text


def test_doctor_on_a_new_instance_says_what_to_run_and_shows_no_sql(tmp_path: Path) -> None:
    text = blog(tmp_path, "doctor", status=1)
    assert text.count("failed   ") == 1
    assert "blog db upgrade" in text
    assert "SELECT" not in text


def test_doctor_says_that_a_database_is_of_a_newer_version(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "instance" / "blog.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    text = blog(folder, "doctor", status=1)
    assert "failed   database: its schema, 9999, was made by a newer version of the blog" in text
    assert "db upgrade" not in text


def test_a_redis_may_be_named_by_its_socket(folder: Path) -> None:
    text = blog(folder, "doctor", status=1, BLOG_REDIS_URL="unix:///nowhere/redis.sock")
    assert "failed   redis: it cannot be used" in text
    assert "correct BLOG_REDIS_URL" in text


def test_doctor_names_a_file_whose_slug_another_file_has(folder: Path) -> None:
    (folder / "articles" / "tea.md").write_text("---\nslug: good\n---\n# On Tea\n", encoding="utf-8")
    blog(folder, "sync")
    text = blog(folder, "doctor", status=1)
    assert "rejected by the last sync: tea.md:2 “On Tea”: slug: “good” is already used by good.md" in text
    (folder / "articles" / "tea.md").unlink()
    assert "rejected by the last sync" not in blog(folder, "doctor", status=1)


def test_doctor_says_when_a_sync_was_refused(folder: Path) -> None:
    blog(folder, "sync")
    assert "last complete sync was at" in blog(folder, "doctor", status=1)
    blog(folder, "sync", status=2, BLOG_SOURCE="demo")
    assert "failed   source: The demo articles were left out" in blog(folder, "doctor", status=1, BLOG_SOURCE="demo")
