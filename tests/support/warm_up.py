"""Runs a blog for a moment in the process that is forked for each command: most of a first run is compiling."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from blog.application import Blog
from blog.cli.worker import Worker
from blog.config import Settings
from blog.extensions import db
from blog.server.refusals import Refusals
from blog.sources.folder.watcher import FolderWatch
from tests.support.applications import opened
from tests.support.routing import CompiledOnce
from tests.support.statements import share_statements, share_with_new_engines


def warm_up(instance: Path) -> None:
    """Sync an article and request pages with a copy of ``instance``; later applications use what that compiled."""
    Blog.url_rule_class = CompiledOnce
    share_with_new_engines()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "articles").mkdir()
        (folder / "articles" / "tea.md").write_text("# Tea\n\nWater first.\n", encoding="utf-8")
        copy = shutil.copytree(instance, folder / "instance")
        settings = Settings(instance=copy, source=f"folder:{folder / 'articles'}", page_cache_mb=0)
        with opened(settings) as app:
            share_statements(db.engine)
            Worker(app, FolderWatch(folder / "articles")).work()
            for path in ("/", "/articles/tea", "/readyz"):
                app.test_client().get(path)
            Refusals(app)
