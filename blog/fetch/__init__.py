"""Asking other servers: every wait, size and address is bounded, and each failure has a name."""

from blog.fetch.client import Answer, Client
from blog.fetch.errors import FetchError, Gone, Refused
from blog.fetch.limits import Limits
from blog.fetch.usage import Usage

__all__ = ["Answer", "Client", "FetchError", "Gone", "Limits", "Refused", "Usage"]
