"""Asking other servers: every wait, size and address is bounded, and each failure has a name."""

from blog.content.http.client import Answer, Client
from blog.content.http.cost import Cost
from blog.content.http.failures import FetchFailed, Gone, Refused
from blog.content.http.limits import Limits

__all__ = ["Answer", "Client", "Cost", "FetchFailed", "Gone", "Limits", "Refused"]
