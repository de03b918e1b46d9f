"""An OpenID Connect provider in a thread, which answers over HTTP as the specifications require."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "the blog", "s3cret/with:signs"
POLL_SECONDS = 0.01
"""How often the provider checks whether it must stop."""


@cache
def first_key() -> RSAKey:
    """The first key of every provider. It is made once, because making one takes longer than most tests."""
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """The provider. ``claims`` are those of the person who signs in; ``token_changes`` override them in ID tokens.

    An empty value in ``answer_changes`` leaves a parameter out.
    """

    port: int = 0
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "248289", "preferred_username": "Grace"})
    userinfo: dict[str, Any] = field(default_factory=dict)
    token_changes: dict[str, Any] = field(default_factory=dict)
    metadata_changes: dict[str, Any] = field(default_factory=dict)
    answer_changes: dict[str, str] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: RSAKey | ECKey = field(default_factory=first_key)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rotate(self) -> None:
        """Sign with another key from now on, and publish only that."""
        self.key = ECKey.generate_key("P-256", {"kid": token_urlsafe(4)})
        self.algorithm = "ES256"

    def authorize(self, query: dict[str, str]) -> str:
        """The URL to which the browser is redirected after signing in at the provider."""
        self.expect(query["response_type"] == "code", "response_type")
        self.expect(query["client_id"] == CLIENT_ID, "client_id")
        self.expect("openid" in query["scope"].split(), "scope")
        self.expect(query["code_challenge_method"] == "S256", "code_challenge_method")
        code = token_urlsafe(8)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.issuer} | self.answer_changes
        return f"{query['redirect_uri']}?{urlencode({name: value for name, value in answer.items() if value})}"

    def exchange(self, fields: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, once; ``None`` if the request is not valid."""
        pair = base64.b64encode(b"the+blog:s3cret%2Fwith%3Asigns").decode()
        query = self.codes.pop(fields.get("code", ""), None)
        if query is None or authorization != f"Basic {pair}" or fields["redirect_uri"] != query["redirect_uri"]:
            return None
        challenge = base64.urlsafe_b64encode(sha256(fields["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if challenge != query["code_challenge"]:
            return None
        return {"access_token": "an access token", "token_type": "Bearer", "id_token": self.id_token(query["nonce"])}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {
            name: value for name, value in (claims | self.claims | self.token_changes).items() if value is not None
        }
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key, algorithms=[self.algorithm])

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        } | self.metadata_changes

    def expect(self, is_right: bool, what: str) -> None:
        if not is_right:
            self.problems.append(what)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            provider.asked.append(url.path)
            if url.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif url.path == "/userinfo":
                is_right = self.headers["Authorization"] == "Bearer an access token"
                self._send(provider.claims | provider.userinfo if is_right else None)
            elif url.path == "/keys":
                self._send(dict(KeySet([provider.key]).as_dict(private=False)))
            else:
                is_known = url.path == "/.well-known/openid-configuration"
                self._send(provider.metadata() if is_known else None)

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            self._send(provider.exchange(fields, self.headers.get("Authorization", "")))

        def _send(self, content: dict[str, Any] | None) -> None:
            body = json.dumps(content or {"error": "invalid_grant"}).encode()
            self.send_response(200 if content is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider until the block ends."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
