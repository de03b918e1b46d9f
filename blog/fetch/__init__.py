"""Requests to other servers, with limits on time, size and addresses, and an exception class for each failure."""

from blog.fetch.client import Client
from blog.fetch.errors import FetchError, Gone, Refused
from blog.fetch.limits import Limits
from blog.fetch.response import FetchResponse
from blog.fetch.usage import Usage

__all__ = ["Client", "FetchError", "FetchResponse", "Gone", "Limits", "Refused", "Usage"]
