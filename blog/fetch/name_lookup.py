"""Looks up host names with a time limit, which the system's own function does not have."""

import socket

from blog.blocking_calls import within

LOOKUP_SECONDS = 10.0


def look_up(host: str, port: int, seconds: float = LOOKUP_SECONDS) -> list[str]:
    """Return the IP addresses of ``host``, in the order in which to try them.

    :raises socket.gaierror: the name has no address, or no DNS server answers in time.
    :raises UnicodeError: it is not a host name.
    """
    try:
        # Without the type, each address is returned once for each type of socket, and a dead one is tried that often.
        found = within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except TimeoutError as error:
        raise socket.gaierror(socket.EAI_AGAIN, f"no DNS server answered within {seconds:.0f} s") from error
    return [str(entry[4][0]) for entry in found]
