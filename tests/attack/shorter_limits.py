"""Shorter time limits for a served blog, so that a test need not wait for the usual ones.

The process of the blog runs this file before its command, if it was started with :data:`RUN_FIRST`.
"""

from functools import partial
from importlib import import_module

from blog import postgresql, postgresql_connection, server
from blog.cli import http_server
from blog.postgresql import bound_statements
from blog.server.bodies import BodyReader
from blog.server.thread_pool import ThreadPool

RUN_FIRST = {"RUN_FIRST": __file__}
HEADER_SECONDS = 3.0
BODY_SECONDS = 4.0
CONNECT_SECONDS = 2
STATEMENT_SECONDS = 1.0
WAIT_SECONDS = 3.0
POOL_SECONDS = 2


if __name__ == "__main__":
    vars(http_server).update(HEADER_SECONDS=HEADER_SECONDS)
    postgresql.POOL_SECONDS = POOL_SECONDS
    postgresql_connection.CONNECT_SECONDS = CONNECT_SECONDS
    vars(server).update(
        BodyReader=partial(BodyReader, seconds=BODY_SECONDS),
        bound_statements=partial(bound_statements, seconds=STATEMENT_SECONDS),
    )
    vars(import_module("blog.server.gateway")).update(ThreadPool=partial(ThreadPool, wait_seconds=WAIT_SECONDS))
