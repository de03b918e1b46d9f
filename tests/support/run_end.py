"""Stops and removes what the processes of a test run share: run as a module if the run itself was killed."""

from tests.support import shared
from tests.support.postgresql import Cluster


def clean_up() -> None:
    """Stop the run's PostgreSQL servers, and delete its files."""
    run = shared.folder()
    for folder in run.parent.glob(f"{run.name}-postgresql-*"):
        Cluster.at(str(folder)).stop()
    shared.remove_folder()


if __name__ == "__main__":
    clean_up()
