"""Copies of everything that the blog cannot make again: the database, the images and the secret key."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0 where that is not known)."""
