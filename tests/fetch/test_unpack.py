"""Compressed responses: only gzip, only one layer, and never more than the limit in memory."""

import gzip
import resource
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest

from blog.fetch import errors as failed
from blog.fetch.client import Client
from blog.fetch.errors import FetchError
from blog.fetch.limits import Limits
from blog.fetch.unpack import BodyTooLarge, CannotUnpack, read_body
from tests.support.fakes import fake, http

SIZE = 100_000


def test_gzip_is_unpacked_in_chunks_of_any_size() -> None:
    text = b"water first " * 1000
    packed = gzip.compress(text)
    for step in (1, 7, len(packed)):
        chunks = [packed[start : start + step] for start in range(0, len(packed), step)]
        assert read_body(chunks, " GZip ", SIZE) == text


def test_several_gzip_members_are_one_body() -> None:
    assert read_body([gzip.compress(b"water "), gzip.compress(b"first")], "gzip", SIZE) == b"water first"
    assert read_body([gzip.compress(b"water ") + gzip.compress(b"first")], "x-gzip", SIZE) == b"water first"


def test_an_empty_or_plain_body_needs_no_unpacking() -> None:
    assert read_body([], "gzip", SIZE) == b""
    assert read_body([b"plain"], "identity", SIZE) == b"plain"


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip,br", "compress"])
def test_other_and_stacked_codings_are_refused(encoding: str) -> None:
    with pytest.raises(CannotUnpack, match="although only gzip was requested"):
        read_body([gzip.compress(b"tea")], encoding, SIZE)


DAMAGED = {
    "not packed": b"plain",
    "cut short": gzip.compress(b"tea")[:-4],
    "more behind it": gzip.compress(b"tea") + b"rubbish",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_gzip_is_refused(kind: str) -> None:
    with pytest.raises(CannotUnpack):
        read_body([DAMAGED[kind]], "gzip", SIZE)


def test_compressed_data_that_unpacks_to_nothing_is_limited_too() -> None:
    with pytest.raises(BodyTooLarge):
        read_body([gzip.compress(b"")] * SIZE, "gzip", SIZE)


BOMBS: dict[str, Callable[[], bytes]] = {
    "br": lambda: brotli.compress(bytes(200_000_000), quality=5),
    "gzip": lambda: gzip.compress(bytes(50_000_000)),
    "gzip, gzip": lambda: gzip.compress(gzip.compress(bytes(50_000_000))),
    "deflate": lambda: zlib.compress(bytes(50_000_000)),
}
"""Functions, because each worker that collects the tests would make all bombs."""


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_gzip_bomb_takes_no_more_memory_than_the_limit(encoding: str) -> None:
    bomb = BOMBS[encoding]()
    limits = Limits(size=SIZE, tries=1)
    with fake(lambda _: http(bomb, Content_Encoding=encoding)) as server, Client(server.url, limits=limits) as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tracemalloc.start()
        with pytest.raises(FetchError) as caught:
            client.get(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert isinstance(caught.value, failed.TooLarge if encoding == "gzip" else failed.Garbled)
    assert peak < 3_000_000
    assert grown < 20_000, "kB; a codec's own memory is not Python's to trace"


def test_only_gzip_is_asked_for() -> None:
    with fake(lambda _: http(gzip.compress(b"tea"), Content_Encoding="gzip")) as server, Client(server.url) as client:
        assert client.get(server.url).body == b"tea"
    assert server.requests[0].headers["accept-encoding"] == "gzip"
