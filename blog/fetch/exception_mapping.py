"""Converts exceptions of httpcore, httpx and the network to a FetchError."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpcore
import httpx

from blog.fetch import errors
from blog.fetch.addresses import AddressNotAllowed


@contextmanager
def as_fetch_error(url: str) -> Iterator[None]:
    """Convert exceptions of httpcore, httpx and the network that the block raises to a ``FetchError``."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise errors.TooSlow(url, "did not answer in time") from error
    except (httpx.ProtocolError, httpx.InvalidURL) as error:
        # httpx reads the Location header even though it follows no redirects; all else is done by httpcore.
        raise errors.BadRedirect(url, "redirects to an invalid address") from error
    except httpcore.ProtocolError as error:
        raise errors.Unreachable(url, "closed the connection early, or sent an answer that is not HTTP") from error
    except AddressNotAllowed as error:
        # AddressNotAllowed and gaierror are subclasses of OSError, so they must come before it.
        raise errors.NotAllowed(url, str(error)) from error
    except socket.gaierror as error:
        raise errors.UnknownHost(url, f"has a host name that cannot be resolved ({_reason(error)})") from error
    except (httpcore.NetworkError, OSError) as error:
        certificate = _certificate_error(error)
        if certificate is not None:
            raise errors.BadCertificate(url, _certificate_fault(certificate)) from error
        raise errors.Unreachable(url, f"cannot be reached ({_reason(error)})") from error


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return the certificate error that caused ``error``, or ``None`` if there is none."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def _certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    reason = " ".join(error.verify_message.split())[:200] or "it cannot be verified"
    clock = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"has a TLS certificate that is not accepted: {reason} (this machine’s clock says {clock})"
