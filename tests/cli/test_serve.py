"""``blog serve`` for an operator: one command, plain messages, a clean stop."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.files import write
from tests.support.http_requests import answers
from tests.support.ports import free_port
from tests.support.process_groups import members
from tests.support.processes import not_forking
from tests.support.servers import BLOG, first_start, launch, served, start, stopping
from tests.support.waiting import wait_until

FRONT_MATTER = {"title": "On Tea", "tags": "[Tea]", "published_at": "2026-03-01T12:00:00Z"}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write(folder, "on-tea.md", **FRONT_MATTER)
    return folder


def refusal(folder: Path, *arguments: str, **environment: str) -> str:
    """The one line of error with which ``blog`` ends."""
    process = launch(folder, *arguments, **environment)
    assert process.wait(60) == 2, (folder / "output").read_text()
    lines = (folder / "output").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("blog: ")
    return lines[0]


def test_one_command_serves_everything_and_stops_cleanly(tmp_path: Path, articles: Path) -> None:
    environment = {"BLOG_SOURCE": f"folder:{articles}", "BLOG_TITLE": "Tea Time"}
    with not_forking(BLOG), stopping(first_start(tmp_path / "blog", **environment)) as blog:
        assert "Water first." in blog.get("/articles/on-tea").text
        assert "Tea Time" in blog.get("/").text
        assert f"http://127.0.0.1:{blog.port}" in blog.output
    with closing(sqlite3.connect(tmp_path / "blog" / "instance" / "blog.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_the_end_of_its_terminal_stop_it_cleanly(tmp_path: Path, articles: Path, number: int) -> None:
    blog = start(tmp_path / "blog", BLOG_SOURCE=f"folder:{articles}")
    os.killpg(blog.process.pid, number)
    assert blog.process.wait(20) == 0
    assert "Traceback" not in blog.output
    assert "Killing" not in blog.output


def test_under_nohup_the_end_of_its_terminal_does_not_stop_it(tmp_path: Path, articles: Path) -> None:
    nohup = tmp_path / "nohup.py"
    nohup.write_text("import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n", encoding="utf-8")
    environment = {"BLOG_SOURCE": f"folder:{articles}", "RUN_FIRST": str(nohup)}
    with stopping(start(tmp_path / "blog", **environment)) as blog:
        os.killpg(blog.process.pid, signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            blog.process.wait(2)
        assert "Water first." in blog.get("/articles/on-tea").text


def test_all_processes_that_die_are_started_again(tmp_path: Path, articles: Path) -> None:
    with served(tmp_path / "blog", BLOG_SOURCE=f"folder:{articles}") as blog:
        others = [int(entry.name) for entry in members(blog.process.pid) if int(entry.name) != blog.process.pid]
        assert len(others) >= 2, "one process serves, and one syncs"
        for process in others:
            os.kill(process, signal.SIGKILL)
        wait_until(lambda: answers(blog.port))
        write(articles, "on-tea.md", "Leaves first.", **FRONT_MATTER)
        wait_until(lambda: "Leaves first." in blog.get("/articles/on-tea").text)


def test_the_first_moderator_s_password_is_shown_once_and_not_stored(tmp_path: Path, articles: Path) -> None:
    folder = tmp_path / "blog"
    for _ in range(2):
        first_start(folder, BLOG_SOURCE=f"folder:{articles}").stop()
    output = (folder / "output").read_text(encoding="utf-8")
    shown = re.findall(r"The first moderator is “(\w+)” with the password (\S+)", output)
    assert len(shown) == 1, output
    password = shown[0][1]
    assert len(password) >= 16
    for path in (folder / "instance").rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes()
    assert stat.S_IMODE((folder / "instance" / "secret_key").stat().st_mode) == 0o600


def test_each_line_of_the_log_has_its_time_and_level(tmp_path: Path, articles: Path) -> None:
    write(tmp_path / "theme", "templates/snippets/_tags.html", "{{ 1 / 0 }}")
    with served(tmp_path / "blog", BLOG_SOURCE=f"folder:{articles}", BLOG_THEME=str(tmp_path / "theme")) as blog:
        blog.get("/articles/on-tea")
        wait_until(lambda: "1 created" in blog.output)
    log = [line for line in blog.output.splitlines() if not line.startswith("Serving ")]
    assert [line for line in log if not re.match(r"\[\d{4}-\d\d-\d\d [\d:,]+\] (INFO|WARNING) in \w+: ", line)] == []
    assert "WARNING in rendering: Theme: " in blog.output


def test_the_demo_is_served_when_no_source_is_named(tmp_path: Path) -> None:
    with stopping(first_start(tmp_path / "blog")) as blog:
        index = blog.get("/").text
        assert index.count('<li class="summary">') == 10
        assert 'href="/?page=2"' in index
        assert "created" in blog.output
        assert "rejected" not in blog.output


def test_a_busy_port_is_an_error_of_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        line = refusal(tmp_path / "blog", "serve", f"--port={other.getsockname()[1]}")
    assert "--port" in line
    assert "in use" in line


def test_an_unwritable_instance_folder_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = refusal(tmp_path / "blog", "serve", BLOG_INSTANCE=str(tmp_path / "file" / "instance"))
    assert "BLOG_INSTANCE" in line


def test_a_missing_source_is_an_error_of_one_line(tmp_path: Path) -> None:
    line = refusal(tmp_path / "blog", "serve", f"--port={free_port()}", BLOG_SOURCE=f"folder:{tmp_path / 'nowhere'}")
    assert "BLOG_SOURCE" in line


def test_a_bad_setting_is_an_error_of_one_line(tmp_path: Path) -> None:
    assert "BLOG_TIMEZONE=Mars" in refusal(tmp_path / "blog", "serve", BLOG_TIMEZONE="Mars")


def test_a_file_that_is_not_a_database_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "no.sqlite3").write_text("This is not a database, but it is long enough to be read as one." * 20)
    url = f"sqlite:///{tmp_path / 'no.sqlite3'}"
    line = refusal(tmp_path / "blog", "serve", f"--port={free_port()}", BLOG_DATABASE_URL=url)
    assert "BLOG_DATABASE_URL" in line


def test_a_missing_database_server_is_an_error_of_one_line(tmp_path: Path) -> None:
    url = f"postgresql://ada:secret@127.0.0.1:{free_port()}/blog"
    line = refusal(tmp_path / "blog", "serve", f"--port={free_port()}", BLOG_DATABASE_URL=url)
    assert "BLOG_DATABASE_URL" in line
    assert "secret" not in line


def test_a_refusal_to_withdraw_does_not_keep_the_blog_from_serving(tmp_path: Path, articles: Path) -> None:
    for number in range(6):
        write(articles, f"piece-{number}.md", **FRONT_MATTER | {"title": f"Piece {number}"})
    folder = tmp_path / "blog"
    with served(folder, BLOG_SOURCE=f"folder:{articles}"):
        pass
    for number in range(6):
        (articles / f"piece-{number}.md").unlink()
    with served(folder, BLOG_SOURCE=f"folder:{articles}") as blog:
        wait_until(lambda: "--confirm-withdrawals" in blog.output)
        assert blog.get("/articles/piece-3").status == 200


def test_a_lost_source_publishes_no_demo_and_keeps_serving(tmp_path: Path, articles: Path) -> None:
    folder = tmp_path / "blog"
    with served(folder, BLOG_SOURCE=f"folder:{articles}"):
        pass
    with served(folder) as blog:
        time.sleep(2)  # the worker tries again and must log nothing more
        assert blog.output.count("BLOG_SOURCE") == 1
        assert blog.get("/articles/on-tea").status == 200
        assert blog.get("/articles/welcome").status == 404


def test_settings_are_read_from_a_file_too(tmp_path: Path, articles: Path) -> None:
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / ".env").write_text(
        f"BLOG_SOURCE=folder:{articles}\nBLOG_TITLE=From a file\nBLOG THEME\n", encoding="utf-8"
    )
    with served(folder) as blog:
        assert re.match(r"\[.+\] WARNING in env_file: .+/.env, line 3, cannot be read", blog.output)
        assert "From a file" in blog.get("/").text
