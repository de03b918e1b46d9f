"""Makes a backup of a blog while it runs."""

from pathlib import Path

from sqlalchemy import make_url, text

from blog.backup import SECRET_KEY, Progress, postgresql, sqlite
from blog.backup.archive_file import BackupUnusable, Manifest, write
from blog.backup.work_folder import work_folder
from blog.config import Settings
from blog.database import utc_now
from blog.extensions import db


def backup(settings: Settings, path: Path, progress: Progress) -> Manifest:
    """Write the database, the images and the secret key to ``path`` while the blog runs.

    :raises BackupUnusable: something cannot be read or written; then ``path`` does not exist.
    """
    try:
        with work_folder(path.absolute().parent) as folder:
            return _backup(settings, path, folder, progress)
    except OSError as error:
        raise BackupUnusable(f"The backup {path} cannot be written ({error.strerror or error}).") from error


def _backup(settings: Settings, path: Path, folder: Path, progress: Progress) -> Manifest:
    """Write the backup; ``folder`` is for temporary files."""
    kind = make_url(settings.sqlalchemy_url).get_backend_name()
    if kind == "sqlite":
        dumped = sqlite.dump(sqlite.database_file(settings), folder, progress)
        schema = sqlite.check(dumped)
    else:
        with db.engine.connect() as connection:
            schema = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        dumped = postgresql.dump(settings.sqlalchemy_url, folder, progress)
    manifest = Manifest(kind, schema, utc_now().isoformat(timespec="seconds"))
    # The images are listed after the copy of the database, so those that it refers to are there.
    write(path, folder, manifest, {dumped.name: dumped, **_files(settings.instance)}, progress)
    return manifest


def _files(instance: Path) -> dict[str, Path]:
    media = sorted(path for path in (instance / "media").glob("**/*") if path.is_file())
    files = {path.relative_to(instance).as_posix(): path for path in media}
    if (instance / SECRET_KEY).is_file():
        files[SECRET_KEY] = instance / SECRET_KEY
    return files
