"""The blog as a wheel, installed into a new environment without the checkout."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.servers import first_start, stopping

ROOT = Path(__file__).parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel, and with the libraries of the test run."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-index", "--no-deps"]
    run(sys.executable, "-m", "hatchling", "build", "--target=wheel", f"--directory={folder}", cwd=ROOT)
    venv.create(folder / "environment")
    programs = folder / "environment" / "bin"
    (wheel,) = folder.glob("*.whl")
    run(*PIP, f"--python={programs / 'python'}", "install", *options, str(wheel))
    # Paths in this file are searched, but .pth files there are ignored, so the checkout is not found.
    libraries = "\n".join(path for path in sys.path if path.endswith("site-packages"))
    (site,) = (folder / "environment").glob("lib/*/site-packages")
    (site / "libraries.pth").write_text(libraries, encoding="utf-8")
    return programs


def run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installed_blog_serves_the_tour_from_an_empty_folder(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "BLOG", installed / "blog")
    with stopping(first_start(tmp_path / "empty")) as blog:
        page = blog.get("/")
        assert page.status == 200
        assert "/articles/everything-markdown-can-do-here" in page.text
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        assert any(".css" in file for file in files)
        assert {file: blog.get(file).status for file in files} == dict.fromkeys(files, 200)
        assert blog.get("/moderation/login").status == 200
    assert (tmp_path / "empty" / "instance" / "blog.sqlite3").is_file()
    assert "Traceback" not in blog.output


def test_any_wsgi_server_finds_the_application_in_an_installed_blog(installed: Path, tmp_path: Path) -> None:
    program = "import blog.wsgi as found; print(found.__file__, found.app.test_client().get('/healthz').status_code)"
    file, status = run(str(installed / "python"), "-c", program, cwd=tmp_path).split()
    assert Path(file).is_relative_to(installed.parent)
    assert status == "200"


def test_the_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert re.fullmatch(r"blog, version \d+\.\d+\.\d+\n", run(str(installed / "blog"), "--version", cwd=tmp_path))
