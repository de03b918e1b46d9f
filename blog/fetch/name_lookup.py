"""Looks up host names with a time limit, which the system's own function does not have."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

LOOKUP_SECONDS = 10.0

Result = TypeVar("Result")


def look_up(host: str, port: int, seconds: float = LOOKUP_SECONDS) -> list[str]:
    """Return the IP addresses of ``host``, in the order in which to try them.

    :raises socket.gaierror: the name has no address, or no DNS server answers in time.
    :raises UnicodeError: it is not a host name.
    """
    try:
        found = within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except TimeoutError as error:
        raise socket.gaierror(socket.EAI_AGAIN, f"no DNS server answered within {seconds:.0f} s") from error
    return [str(entry[4][0]) for entry in found]


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
    return answer.result(seconds)
