"""Checks the instance folder: who may read it, and that it can be written to."""

from collections.abc import Iterator
from tempfile import NamedTemporaryFile

from blog.config import settings
from blog.doctor.findings import Finding, failed, good
from blog.instance import readable_by_others, unusable_files


def check_instance() -> Iterator[Finding]:
    """Check that other users cannot read the instance folder, and that it can be written to."""
    for path in readable_by_others(settings.instance):
        mode = "700" if path.is_dir() else "600"
        yield failed("instance", f"other users can read {path}; fix it with: chmod {mode} {path}")
    try:
        with NamedTemporaryFile(dir=settings.instance, prefix="doctor-") as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        what = f"{settings.instance} cannot be written to ({error.strerror})"
        yield failed("instance", f"{what}; articles are served, but nothing is stored until it can be written to again")
        return
    for path in unusable_files(settings.instance):
        what = f"this user may not read and write {path}"
        yield failed("instance", f"{what}; make it belong to the user who runs the blog")
    yield good("instance", str(settings.instance))
