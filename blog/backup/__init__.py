"""Backups of everything that cannot be recreated: the database, the images and the secret key."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the current step, how much is done, and how much there is in total (0 if unknown)."""
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a file
