"""Parsers of settings that are the address of a service, or contain one."""

from urllib.parse import SplitResult, urlsplit

from blog.config.choices import CDN_FORMS, SOURCE_FORMS
from blog.config.parsers import path

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The beginnings of a database URL that are accepted, and the one that is used."""


def _parts(value: str, hint: str) -> SplitResult:
    """Return the parts of a URL.

    :raises ValueError: with ``hint``, if the URL has an invalid host or port.
    """
    try:
        parts = urlsplit(value)
        # A port is checked only when it is read.
        port = parts.port
    except ValueError as error:
        raise ValueError(hint) from error
    if port == 0:
        raise ValueError(hint)
    return parts


def source(value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind not in SOURCE_FORMS:
        raise ValueError(f"use one of {', '.join(SOURCE_FORMS.values())}")
    if kind == "demo":
        return kind
    if kind == "folder":
        if not rest:
            raise ValueError("name the folder after the colon, as in folder:articles")
        path(rest)
        return value
    return f"{kind}:{_cms_url(rest, SOURCE_FORMS[kind])}"


def _cms_url(value: str, form: str) -> str:
    """Return the URL of a CMS without a trailing slash; ``https`` is added if there is no scheme."""
    hint = f"use the form {form}; keys have settings of their own"
    parts = _parts(value if "://" in value else f"https://{value}", hint)
    is_usable = parts.scheme in {"http", "https"} and parts.hostname
    if not is_usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(hint)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def database_url(value: str) -> str:
    from sqlalchemy import exc, make_url  # noqa: PLC0415 - helper processes get parsed settings

    # Some hosting services write it like this, and SQLAlchemy does not know it.
    value = value.replace("postgres://", "postgresql://", 1) if value.startswith("postgres://") else value
    hint = "use sqlite:////PATH or postgresql://USER:PASSWORD@HOST/NAME"
    try:
        url = make_url(value)
    except (exc.ArgumentError, ValueError) as error:
        raise ValueError(hint) from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("only SQLite and PostgreSQL are supported")
    if url.drivername not in DRIVERS:
        raise ValueError(hint)
    if "@" in (url.host or ""):
        raise ValueError("write special characters of the user and the password as %40 and so on")
    if url.get_backend_name() == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise ValueError(hint)  # Each process would have a database of its own, in memory.
        # Flask-SQLAlchemy would look for a relative path somewhere else.
        url = url.set(database=str(path(str(url.database))))
    return url.set(drivername=DRIVERS[url.drivername]).render_as_string(hide_password=False)


def site_url(value: str) -> str:
    hint = "give scheme and host only, as in https://blog.example.org"
    parts = _parts(value, hint)
    is_plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain:
        raise ValueError(hint)
    return f"{parts.scheme}://{parts.netloc}"


def smtp_url(value: str) -> str:
    """Return the URL of a mail server; :class:`blog.mail.smtp.SMTPServer` explains its parts."""
    hint = "use the form smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465"
    parts = _parts(value, hint)
    is_usable = parts.scheme in {"smtp", "smtps"} and parts.hostname
    if not is_usable or parts.path.strip("/") or parts.query not in {"", "tls=required", "tls=off"}:
        raise ValueError(hint)
    return value


def issuer(value: str) -> str:
    hint = "use the issuer’s address, as in https://id.example.org/realms/blog"
    parts = _parts(value, hint)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.netloc or parts.query or parts.fragment or parts.username:
        raise ValueError(hint)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise ValueError("an issuer must use https")
    return value


def purge(value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind not in CDN_FORMS:
        raise ValueError(f"use one of {', '.join(CDN_FORMS.values())}")
    if kind == "varnish":
        hint = f"use the form {CDN_FORMS[kind]}"
        if "://" not in rest or _parts(rest, hint).path.strip("/"):
            raise ValueError(hint)
        return f"{kind}:{_cms_url(rest, CDN_FORMS[kind])}"
    if not rest.isascii() or not rest.isalnum() or len(rest) > 64:
        raise ValueError(f"use the form {CDN_FORMS[kind]}, with letters and digits only")
    return value


def redis_url(value: str) -> str:
    from redis import ConnectionPool, RedisError  # noqa: PLC0415 - it slows every start, and few blogs have a Redis

    hint = "use a form such as redis://localhost:6379/0"
    _parts(value, hint)
    try:
        # Unknown options in the query are found only when a connection is made.
        ConnectionPool.from_url(value).make_connection()  # it does not connect yet
    except (ValueError, TypeError, RedisError) as error:
        raise ValueError(hint) from error
    return value
