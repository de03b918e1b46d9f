"""Tokens for Shopify's Admin API.

Apps created since January 2026 have no permanent token: they exchange a client id and a secret for one that is valid
for a day (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant).
"""

import time
from dataclasses import dataclass

from blog.content.documents import InvalidDocument
from blog.fetch.client import Client
from blog.sources.base import SourceUnavailable
from blog.sources.json_record import Record

PATH = "/admin/oauth/access_token"
RENEWED_BEFORE_SECONDS = 600

# Kept here and not in a source, because the worker makes a new source for each sync.
_tokens: dict[tuple[str, str], tuple[str, float]] = {}
"""Tokens of this process by shop and client id, each with the monotonic time after which it is renewed."""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A client id and its secret, for the shop at ``url``."""

    url: str
    client_id: str
    secret: str

    def token(self, client: Client) -> str:
        """A token that stays valid for at least some minutes.

        :raises FetchError: Shopify returned no token; the class says why.
        """
        key = (self.url, self.client_id)
        token, until = _tokens.get(key, ("", 0.0))
        if time.monotonic() < until:
            return token
        token, seconds = self._ask(client)
        _tokens[key] = (token, time.monotonic() + max(0, seconds - RENEWED_BEFORE_SECONDS))
        return token

    def _ask(self, client: Client) -> tuple[str, int]:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        answer = client.post_form(f"{self.url}{PATH}", form)
        try:
            record = Record.of(answer.json())
            token, seconds = record.text("access_token"), int(record.text("expires_in") or 0)
        except (InvalidDocument, ValueError) as error:
            raise SourceUnavailable(
                f"The response of {self.url} is not a token from Shopify. Check BLOG_SOURCE."
            ) from error
        if not token:
            raise SourceUnavailable(
                f"{self.url} returned no token for the client id in BLOG_SOURCE_ADMIN_KEY. "
                "Check the client id and secret."
            )
        return token, seconds


def admin_token(url: str, key: str) -> str | ClientCredentials:
    """``key`` as a permanent token, or as client credentials if it has the form ``CLIENT_ID:SECRET``."""
    client_id, separator, secret = key.partition(":")
    return ClientCredentials(url, client_id, secret) if separator else key
