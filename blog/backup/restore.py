"""Restores a backup into a stopped blog, after it has been checked completely."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import make_url

from blog.backup import SECRET_KEY, Progress, postgresql, sqlite
from blog.backup.archive_file import BackupUnusable, Manifest, extract, reading
from blog.config import Settings
from blog.database import utc_now
from blog.paths import MIGRATIONS
from blog.running_lock import BlogIsRunning, hold_stopped_lock

STAGING = ".restore-"


def restore(settings: Settings, path: Path, progress: Progress) -> tuple[Manifest, str]:
    """Replace the blog's data by the backup at ``path``; return the manifest and where the former data is kept.

    Everything is unpacked and checked first. Then images and key are restored, and last the database, in one step. So a
    restore that is killed leaves either the former or the restored database, and can be repeated.

    :raises BackupUnusable: the blog is running, or the backup is damaged or does not fit; then nothing was changed.
    """
    try:
        with hold_stopped_lock(settings.instance), _staging(_home(settings)) as folder:
            with reading(path) as (archive, manifest):
                _check_compatible(settings, manifest)
                extract(archive, manifest, folder, progress)
            # Outside of reading(), which reports errors as a damaged backup that has changed nothing.
            return manifest, _put_in_place(settings, manifest, folder, progress)
    except BlogIsRunning as error:
        raise BackupUnusable("The blog is running. Stop it first. Nothing was changed.") from error
    except OSError as error:
        raise BackupUnusable(f"The backup cannot be put in place ({error}). Repeat the restore.") from error


def _check_compatible(settings: Settings, manifest: Manifest) -> None:
    kind = make_url(settings.sqlalchemy_url).get_backend_name()
    if manifest.database != kind:
        what = f"The backup is one of {manifest.database}, but BLOG_DATABASE_URL names {kind}."
        raise BackupUnusable(f"{what} Set it to a database of that kind. Nothing was changed.")
    try:
        ScriptDirectory(str(MIGRATIONS)).get_revision(manifest.schema)
    except CommandError as error:
        what = f"The schema of the backup, {manifest.schema}, is not known to this version of the blog."
        raise BackupUnusable(f"{what} Use the version that wrote it, or a later one. Nothing was changed.") from error
    if kind == "postgresql":
        postgresql.refuse_connections(settings.sqlalchemy_url)


def _put_in_place(settings: Settings, manifest: Manifest, folder: Path, progress: Progress) -> str:
    if manifest.database == "sqlite":
        schema = sqlite.check(folder / sqlite.NAME)
        if schema != manifest.schema:
            raise BackupUnusable(f"The database of the backup has the schema {schema}. Nothing was changed.")
    else:
        postgresql.check(folder / postgresql.NAME)
    aside = Path(tempfile.mkdtemp(dir=_home(settings), prefix=f"before-restore-{utc_now():%Y%m%d-%H%M%S}-"))
    _restore_files(settings.instance, folder, aside)
    if manifest.database == "sqlite":
        sqlite.put_in_place(folder / sqlite.NAME, sqlite.database_file(settings), aside)
        return str(aside)
    schema_aside = aside.name.replace("-", "_")
    dumped = folder / postgresql.NAME
    postgresql.put_in_place(dumped, settings.sqlalchemy_url, schema_aside, folder, progress)
    return f"{aside}, and the schema {schema_aside} of the database"


def _restore_files(instance: Path, folder: Path, aside: Path) -> None:
    """Restore images and the secret key. Image names are hashes, so existing images cannot conflict and stay."""
    for fresh in sorted(path for path in folder.glob("media/**/*") if path.is_file()):
        target = instance / fresh.relative_to(folder)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(fresh, target)
    if (folder / SECRET_KEY).is_file():
        if (instance / SECRET_KEY).exists():
            shutil.copy2(instance / SECRET_KEY, aside / SECRET_KEY)  # not a link: this may be another file system
        shutil.move(folder / SECRET_KEY, instance / SECRET_KEY)


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """Create a private temporary folder in ``home``, after deleting those that killed restores have left."""
    for left in home.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=STAGING) as name:
        yield Path(name)


def _home(settings: Settings) -> Path:
    """Return the folder of the SQLite file, so that the new file can be moved atomically; else the instance folder."""
    is_sqlite = make_url(settings.sqlalchemy_url).get_backend_name() == "sqlite"
    return sqlite.database_file(settings).parent if is_sqlite else settings.instance
