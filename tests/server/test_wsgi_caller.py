"""A response that is sent in chunks declares its length, so that a client notices when it is cut off."""

from collections.abc import Iterable, Iterator
from operator import length_hint

import pytest

from blog.server.wsgi_caller import WHOLE_BYTES, WSGIResponse, run

pytestmark = pytest.mark.only_on("sqlite", reason="no database is asked")

LINE = b"x" * 999 + b"\n"
LINES = WHOLE_BYTES // 250


class Chunks:
    """The chunks of a response, and whether it was closed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self) -> None:
        self.is_closed = True


def response_of(chunks: Chunks, *headers: tuple[str, str]) -> WSGIResponse:
    def app(_environ: object, start_response: WSGIResponse) -> Chunks:
        start_response("200 OK", list(headers))
        return chunks

    return run(app, {})  # type: ignore[arg-type]


def test_a_small_response_is_taken_whole_and_closed() -> None:
    chunks = Chunks([b"tea ", b"and cups"])
    response = response_of(chunks)
    assert (response.body, response.rest, response.headers) == (b"tea and cups", None, [])
    assert chunks.is_closed


def test_a_large_response_without_a_length_gets_one() -> None:
    chunks = Chunks(LINE for _ in range(LINES))
    response = response_of(chunks, ("Content-Type", "text/csv"))
    assert response.headers == [("Content-Type", "text/csv"), ("Content-Length", str(LINES * len(LINE)))]
    assert response.rest is not None
    assert response.body + b"".join(response.rest) == LINE * LINES
    assert not chunks.is_closed
    response.close()
    assert chunks.is_closed


def test_a_declared_length_stays_and_the_rest_is_not_read_ahead() -> None:
    numbers = iter(range(LINES))
    chunks = Chunks(LINE for _ in numbers)
    response = response_of(chunks, ("content-length", str(LINES * len(LINE))))
    assert response.headers == [("content-length", str(LINES * len(LINE)))]
    assert length_hint(numbers) > 0
    assert response.rest is not None
    assert response.body + b"".join(response.rest) == LINE * LINES
    response.close()
    assert chunks.is_closed


@pytest.mark.parametrize("good", [0, LINES], ids=["at the start", "after a large part"])
def test_an_error_closes_the_response_before_any_of_it_is_sent(good: int) -> None:
    def lines() -> Iterator[bytes]:
        yield from [LINE] * good
        raise OSError("the database is gone")

    chunks = Chunks(lines())
    with pytest.raises(OSError, match="gone"):
        response_of(chunks)
    assert chunks.is_closed
