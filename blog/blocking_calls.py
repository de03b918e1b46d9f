"""Time limits for what may block for long."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Return what ``call`` returns, or raise what it raises.

    A name lookup can take minutes and cannot be interrupted, so the call runs in a thread. After the time limit the
    thread is left alone; it does not keep the process from ending.

    :raises TimeoutError: it takes longer than ``seconds``.
    """
    answer: Future[Result] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, name="within", daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        # The call itself may have raised this error; then its own message says more.
        if answer.done():
            raise
        raise TimeoutError(f"no answer within {seconds:g} s") from None


@contextmanager
def call_after(seconds: float, call: Callable[[], object]) -> Iterator[None]:
    """Call ``call`` in another thread if the block takes longer than ``seconds``."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
