"""Parsers of settings: each converts a text to a value, or raises a ValueError that describes the valid values."""

from collections.abc import Callable
from email.errors import HeaderParseError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from limits import parse_many
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from blog.paths import THEMES

ROLES = ("viewer", "moderator", "administrator")


SOURCE_FORMS = {
    "demo": "demo",
    "folder": "folder:PATH",
    "ghost": "ghost:https://HOST",
    "wordpress": "wordpress:https://HOST",
    "shopify": "shopify:SHOP.myshopify.com",
}
"""The format of the setting for each kind of source."""


FRONT_FORMS = {
    "fastly": "fastly:SERVICE_ID",
    "cloudflare": "cloudflare:ZONE_ID",
    "varnish": "varnish:http://HOST:PORT",
}
"""The format of the setting for each kind of cache in front of the blog."""


class CommentPolicy(StrEnum):
    """Whether an article accepts comments, and whether they wait for a moderator."""

    MODERATED = "moderated"
    FIRST = "first"
    """Only comments of authors who are not trusted yet wait; see :mod:`blog.comments.trust`."""
    OPEN = "open"
    CLOSED = "closed"


class LearnedScore(StrEnum):
    """How the learned score is used."""

    SHADOW = "shadow"
    ON = "on"
    OFF = "off"


def text(value: str) -> str:
    if not value:
        raise ValueError("it must not be empty")
    return value


def path(value: str) -> Path:
    return Path(text(value)).expanduser().absolute()


def theme(value: str) -> Path:
    """Return a theme folder, or the built-in theme of that name if there is no such folder."""
    folder = path(value)
    shipped = THEMES / value
    return shipped if value.isidentifier() and shipped.is_dir() and not folder.is_dir() else folder


def source(value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind not in SOURCE_FORMS:
        raise ValueError(f"use one of {', '.join(SOURCE_FORMS.values())}")
    if kind == "demo":
        return kind
    if kind == "folder":
        if not rest:
            raise ValueError("name the folder after the colon, as in folder:articles")
        return value
    return f"{kind}:{_cms_url(rest, SOURCE_FORMS[kind])}"


def _cms_url(value: str, form: str) -> str:
    """Return the URL of a CMS without a trailing slash; ``https`` is added if there is no scheme."""
    parts = urlsplit(value if "://" in value else f"https://{value}")
    try:
        is_usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"use the form {form}; keys have settings of their own")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def database_url(value: str) -> str:
    value = value.replace("postgres://", "postgresql://", 1) if value.startswith("postgres://") else value
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise ValueError("use sqlite:////PATH or postgresql://USER:PASSWORD@HOST/NAME") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("only SQLite and PostgreSQL are supported")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def site_url(value: str) -> str:
    parts = urlsplit(value)
    is_plain = not parts.path.strip("/") and not parts.query and "@" not in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.netloc or not is_plain:
        raise ValueError("give scheme and host only, as in https://blog.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def language(value: str) -> str:
    try:
        return str(Locale.parse(value.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError("use a language code such as en, de or pt-BR") from error


def timezone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("use a name of the IANA time zone database, such as Europe/Berlin") from error


def comment_policy(value: str) -> str:
    if value not in set(CommentPolicy):
        raise ValueError("use moderated, first, open or closed")
    return value


def learned_score(value: str) -> str:
    if value not in set(LearnedScore):
        raise ValueError("use shadow, on or off")
    return value


def mail_address(value: str) -> str:
    try:
        address = Address(addr_spec=value)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise ValueError("use a mail address such as blog@example.org") from error
    if not value.isascii() or not value.isprintable() or not address.username or not address.domain:
        raise ValueError("use a mail address such as blog@example.org")
    return value


def mail_addresses(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mail_address(part.strip()) for part in value.split(",") if part.strip()))


def author_addresses(value: str) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in value.split(",") if pair.strip()]
    if not all(name.strip() for name, _, _ in pairs):
        raise ValueError("use pairs such as Ada Byron=ada@example.org, separated by commas")
    return {name.strip(): mail_address(address.strip()) for name, _, address in pairs}


def smtp_url(value: str) -> str:
    """Return the URL of a mail server; :class:`blog.mail.smtp.SMTPServer` explains its parts."""
    parts = urlsplit(value)
    try:
        is_usable = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.path.strip("/") or parts.query not in {"", "tls=required", "tls=off"}:
        raise ValueError("use the form smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465")
    return value


def between(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdecimal() or not low <= int(value) <= high:
            raise ValueError(f"use a whole number from {low} to {high}")
        return int(value)

    return parse


def switch(value: str) -> bool:
    if value not in {"on", "off"}:
        raise ValueError("use on or off")
    return value == "on"


def issuer(value: str) -> str:
    parts = urlsplit(value)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.netloc or parts.query or parts.fragment or parts.username:
        raise ValueError("use the issuer’s address, as in https://id.example.org/realms/blog")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise ValueError("an issuer must use https")
    return value


def scopes(value: str) -> str:
    if "openid" not in value.split():
        raise ValueError("name openid among them, as in openid profile")
    return " ".join(value.split())


def roles(value: str) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in value.split(",") if pair.strip()]
    roles = {name.strip(): role.strip() for name, _, role in pairs}
    if not roles or "" in roles or not set(roles.values()) <= set(ROLES):
        raise ValueError(f"use pairs such as editors=moderator; the roles are {', '.join(ROLES)}")
    return roles


def rate(value: str) -> str:
    try:
        parse_many(value)
    except ValueError as error:
        raise ValueError("use a form such as 5 per minute; 30 per hour") from error
    return value


def purge(value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind not in FRONT_FORMS:
        raise ValueError(f"use one of {', '.join(FRONT_FORMS.values())}")
    if kind == "varnish":
        if "://" not in rest or urlsplit(rest).path.strip("/"):
            raise ValueError(f"use the form {FRONT_FORMS[kind]}")
        return f"{kind}:{_cms_url(rest, FRONT_FORMS[kind])}"
    if not rest.isascii() or not rest.isalnum() or len(rest) > 64:
        raise ValueError(f"use the form {FRONT_FORMS[kind]}, with letters and digits only")
    return value


def token(value: str) -> str:
    if not value.isascii() or not value.isprintable() or set(value) & set(' "') or not value:
        raise ValueError("use printable ASCII without spaces and quotation marks")
    return value


def redis_url(value: str) -> str:
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("use a form such as redis://localhost:6379/0")
    return value


def secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError("use at least 32 random characters")
    return value


def webhook_secret(value: str) -> str:
    # Ghost and Shopify generate their own secrets, so the minimum length is shorter than for ours.
    if len(value) < 16:
        raise ValueError("use at least 16 random characters")
    return value
