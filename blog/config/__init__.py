"""Every setting: its name, type, default and meaning, in one place.

Settings come from the environment or from a ``.env`` file in the working folder; the environment wins. A value that
cannot be used stops the start with a :class:`BadSetting` that names it. ``docs/settings.md`` lists the same names, and
a test holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from email.errors import HeaderParseError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from flask import current_app
from limits import parse_many
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from werkzeug.local import LocalProxy

from blog.errors import OperatorError
from blog.paths import THEMES

ROLES = ("viewer", "moderator", "administrator")
SOURCE_FORMS = {
    "demo": "demo",
    "folder": "folder:PATH",
    "ghost": "ghost:https://HOST",
    "wordpress": "wordpress:https://HOST",
    "shopify": "shopify:SHOP.myshopify.com",
}
"""How each kind of source is written."""


FRONT_FORMS = {
    "fastly": "fastly:SERVICE_ID",
    "cloudflare": "cloudflare:ZONE_ID",
    "varnish": "varnish:http://HOST:PORT",
}
"""How each kind of cache in front of the blog is written."""

SECRETS = frozenset(
    {"secret_key", "database_url", "redis_url", "source_key", "source_admin_key", "webhook_secret", "purge_token"}
    | {"oidc_client_secret", "smtp_url"}
)
"""Settings that no message repeats."""
ADDRESSES = frozenset({"purge", "source", "url"})
"""Settings in which people write credentials, although they do not belong there."""


class CommentPolicy(StrEnum):
    """Whether an article takes comments, and whether they wait for a moderator."""

    MODERATED = "moderated"
    FIRST = "first"
    """Only those wait whose author is not trusted yet: see :mod:`blog.comments.trust`."""
    OPEN = "open"
    CLOSED = "closed"


class BadSetting(OperatorError):
    """A setting has a value that cannot be used; the text names the setting and what it takes."""


def _text(value: str) -> str:
    if not value:
        raise ValueError("it must not be empty")
    return value


def _path(value: str) -> Path:
    return Path(_text(value)).expanduser().absolute()


def _theme(value: str) -> Path:
    """A folder; or, where there is none of that name, the theme that ships under it."""
    folder = _path(value)
    shipped = THEMES / value
    return shipped if value.isidentifier() and shipped.is_dir() and not folder.is_dir() else folder


def _source(value: str) -> str:
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
    """The address of a CMS without a slash at its end; ``https`` where only a host is given."""
    parts = urlsplit(value if "://" in value else f"https://{value}")
    try:
        is_usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"use the form {form}; keys have settings of their own")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _database_url(value: str) -> str:
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


def _site_url(value: str) -> str:
    parts = urlsplit(value)
    is_plain = not parts.path.strip("/") and not parts.query and "@" not in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.netloc or not is_plain:
        raise ValueError("give scheme and host only, as in https://blog.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _language(value: str) -> str:
    try:
        return str(Locale.parse(value.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError("use a language code such as en, de or pt-BR") from error


def _timezone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("use a name of the IANA time zone database, such as Europe/Berlin") from error


def _comment_policy(value: str) -> str:
    if value not in set(CommentPolicy):
        raise ValueError("use moderated, first, open or closed")
    return value


def _mail_address(value: str) -> str:
    try:
        address = Address(addr_spec=value)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise ValueError("use a mail address such as blog@example.org") from error
    if not value.isascii() or not value.isprintable() or not address.username or not address.domain:
        raise ValueError("use a mail address such as blog@example.org")
    return value


def _mail_addresses(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_mail_address(part.strip()) for part in value.split(",") if part.strip()))


def _author_addresses(value: str) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in value.split(",") if pair.strip()]
    if not all(name.strip() for name, _, _ in pairs):
        raise ValueError("use pairs such as Ada Byron=ada@example.org, separated by commas")
    return {name.strip(): _mail_address(address.strip()) for name, _, address in pairs}


def _smtp_url(value: str) -> str:
    """A mail server; what its parts mean says :class:`blog.mail.smtp.SMTPServer`."""
    parts = urlsplit(value)
    try:
        is_usable = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.path.strip("/") or parts.query not in {"", "tls=required", "tls=off"}:
        raise ValueError("use the form smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465")
    return value


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdecimal() or not low <= int(value) <= high:
            raise ValueError(f"use a whole number from {low} to {high}")
        return int(value)

    return parse


def _switch(value: str) -> bool:
    if value not in {"on", "off"}:
        raise ValueError("use on or off")
    return value == "on"


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.netloc or parts.query or parts.fragment or parts.username:
        raise ValueError("use the issuer’s address, as in https://id.example.org/realms/blog")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise ValueError("an issuer is reached over https")
    return value


def _scopes(value: str) -> str:
    if "openid" not in value.split():
        raise ValueError("name openid among them, as in openid profile")
    return " ".join(value.split())


def _roles(value: str) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in value.split(",") if pair.strip()]
    roles = {name.strip(): role.strip() for name, _, role in pairs}
    if not roles or "" in roles or not set(roles.values()) <= set(ROLES):
        raise ValueError(f"use pairs such as editors=moderator; the roles are {', '.join(ROLES)}")
    return roles


def _rate(value: str) -> str:
    try:
        parse_many(value)
    except ValueError as error:
        raise ValueError("use a form such as 5 per minute; 30 per hour") from error
    return value


def _purge(value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind not in FRONT_FORMS:
        raise ValueError(f"use one of {', '.join(FRONT_FORMS.values())}")
    if kind == "varnish":
        if "://" not in rest or urlsplit(rest).path.strip("/"):
            raise ValueError(f"use the form {FRONT_FORMS[kind]}")
        return f"{kind}:{_cms_url(rest, FRONT_FORMS[kind])}"
    if not rest.isascii() or not rest.isalnum() or len(rest) > 64:
        raise ValueError(f"use the form {FRONT_FORMS[kind]}, with letters and digits alone")
    return value


def _token(value: str) -> str:
    if not value.isascii() or not value.isprintable() or set(value) & set(' "') or not value:
        raise ValueError("use printable ASCII without spaces and quotation marks")
    return value


def _redis_url(value: str) -> str:
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("use a form such as redis://localhost:6379/0")
    return value


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError("use at least 32 random characters")
    return value


def _webhook_secret(value: str) -> str:
    # Ghost's and Shopify's own secrets are of their making, so this is looser than for ours.
    if len(value) < 16:
        raise ValueError("use at least 16 random characters")
    return value


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:  # noqa: ANN401 - any field's type
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one blog; an attribute ``page_size`` is the setting ``BLOG_PAGE_SIZE``."""

    source: str = _setting(
        "demo",
        _source,
        "Where content comes from: `folder:PATH`, `ghost:https://HOST`, `wordpress:https://HOST` or "
        "`shopify:SHOP.myshopify.com`; the demo articles if left out.",
    )
    source_key: str | None = _setting(
        None, _text, "Reads what is public: Ghost’s Content API key, or Shopify’s Storefront token."
    )
    source_admin_key: str | None = _setting(
        None,
        _text,
        "Reads drafts too: Ghost’s Admin API key, `USER:APPLICATION PASSWORD` of WordPress, or Shopify’s Admin token.",
    )
    sync_seconds: int = _setting(
        60, _between(5, 86_400), "How often the worker asks a CMS for what changed, in seconds."
    )
    full_sync_minutes: int = _setting(
        60, _between(1, 10_080), "How often the worker lists everything, to find what was deleted, in minutes."
    )
    webhook_secret: str | None = _setting(
        None, _webhook_secret, "Signs calls to `/webhooks/…`, which are refused if it is left out."
    )
    preview_days: int = _setting(7, _between(1, 90), "How long a link to a draft works, in days.")
    database_url: str | None = _setting(
        None,
        _database_url,
        "Any SQLAlchemy URL of SQLite or PostgreSQL; SQLite in the instance folder if left out.",
    )
    instance: Path = _setting(
        Path("instance").absolute(),
        _path,
        "The folder for the database, the media and the generated secret key.",
    )
    theme: Path | None = _setting(
        None,
        _theme,
        "A folder of `templates/`, `static/` and `translations/` laid over the built-in ones; or `tiles`, which ships.",
    )
    url: str | None = _setting(None, _site_url, "The public address, `https://…`; each request’s own host if left out.")
    title: str = _setting("The Headless Blog", _text, "The name of the site.")
    tagline: str = _setting("", str, "One line under the name on the first page.")
    language: str = _setting(
        "en",
        _language,
        "The language of the site: its own words (English and German ship; [translating.md](translating.md) explains "
        "how to add one), dates, numbers and the direction of writing.",
    )
    timezone: str = _setting("UTC", _timezone, "The zone in which times are shown, and read where none is given.")
    comments: str = _setting(
        "moderated",
        _comment_policy,
        "`moderated`, `first`, `open` or `closed`, for articles that do not set it themselves.",
    )
    comments_close_days: int = _setting(
        0, _between(0, 36_500), "How many days after its publication an article takes comments; 0 sets no end."
    )
    comment_rate: str = _setting(
        "6 per minute; 60 per hour",
        _rate,
        "How many comments one address may send; a refused form does not count here.",
    )
    comment_attempt_rate: str = _setting(
        "30 per minute; 300 per hour",
        _rate,
        "How many comment forms one address may send, those that are refused included.",
    )
    comment_edit_minutes: int = _setting(
        15, _between(0, 1440), "How long authors may edit a comment, in minutes; 0 allows no edits."
    )
    comment_preview_rate: str = _setting(
        "120 per minute; 2000 per hour", _rate, "How many previews of comments one address may ask for."
    )
    keep_network_days: int = _setting(
        30, _between(0, 3650), "After how many days the worker drops the networks that comments were sent from."
    )
    keep_user_agent_days: int = _setting(
        30, _between(0, 3650), "After how many days the worker drops the names of the browsers that sent comments."
    )
    identicons: bool = _setting(False, _switch, "`on`: each commenter has a small picture, drawn by the blog itself.")
    contact: str = _setting(
        "", str, "Who answers for the blog: a mail or web address, or both with a name. It is shown on `/privacy`."
    )
    smtp_url: str | None = _setting(
        None,
        _smtp_url,
        "The mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://…:465`; no mail is sent if left out.",
    )
    mail_from: str | None = _setting(None, _mail_address, "The address that the blog’s mails come from.")
    mail_moderators: tuple[str, ...] = _setting(
        (), _mail_addresses, "Who is mailed about comments that wait: addresses, separated by commas."
    )
    mail_digest_minutes: int = _setting(
        0, _between(0, 10_080), "How often moderators get one mail about all new comments, in minutes; 0 is at once."
    )
    mail_authors: dict[str, str] | None = _setting(
        None,
        _author_addresses,
        "Who is mailed about comments on their articles, as in `Ada Byron=ada@example.org, Bea Brown=bea@example.org`.",
    )
    page_size: int = _setting(10, _between(1, 100), "How many articles a listing shows at once.")
    page_cache_mb: int = _setting(
        32, _between(0, 4096), "How much memory each process may fill with finished pages, in MB; 0 keeps none."
    )
    purge: str | None = _setting(
        None,
        _purge,
        "A shared cache in front of the blog that is purged: `fastly:SERVICE_ID`, `cloudflare:ZONE_ID` or "
        "`varnish:http://HOST:PORT`.",
    )
    purge_token: str | None = _setting(
        None,
        _token,
        "Lets the blog purge: Fastly’s or Cloudflare’s API token; for Varnish, what its VCL compares, if it does.",
    )
    redis_url: str | None = _setting(
        None,
        _redis_url,
        "A Redis that all processes share for rate limits; each process counts alone if left out.",
    )
    proxies: int = _setting(
        0, _between(0, 5), "How many trusted reverse proxies stand in front and set `X-Forwarded-…`."
    )
    session_idle_minutes: int = _setting(
        120, _between(1, 1440), "After how many idle minutes a moderator signs in again."
    )
    session_hours: int = _setting(12, _between(1, 168), "After how many hours a moderator signs in again, idle or not.")
    require_2fa: bool = _setting(False, _switch, "`on`: signing in with a password needs a second factor as well.")
    local_login: bool = _setting(
        True, _switch, "`off`: nobody signs in with a password or a passkey, only through the provider."
    )
    oidc_issuer: str | None = _setting(
        None, _issuer, "An OpenID Connect provider to sign in with, by its issuer address, `https://…`."
    )
    oidc_client_id: str | None = _setting(None, _text, "What the provider knows the blog by.")
    oidc_client_secret: str | None = _setting(None, _text, "The provider’s secret for the blog, if it gave one.")
    oidc_scopes: str = _setting("openid profile", _scopes, "What the blog asks the provider for.")
    oidc_role_claim: str = _setting(
        "roles",
        _text,
        "The claim that names somebody’s roles or groups; dots lead into it, as in `realm_access.roles`.",
    )
    oidc_roles: dict[str, str] | None = _setting(
        None,
        _roles,
        "What those are here, as in `blog-admins=administrator, editors=moderator`; the roles’ own names if left out.",
    )
    secret_key: str | None = _setting(
        None,
        _secret,
        "Signs sessions; generated in the instance folder if left out. Share it between machines.",
    )

    def __repr__(self) -> str:
        """All settings but the secrets, for a log or a traceback."""
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        shown = {name: "…" if value and name in SECRETS else value for name, value in values.items()}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read all settings from ``environ``; a name that is absent keeps its default.

        :raises BadSetting: a value cannot be used.
        """
        found, faults = cls.usable(environ)
        if faults:
            raise BadSetting(next(iter(faults.values())))
        return found

    @classmethod
    def usable(cls, environ: Mapping[str, str]) -> tuple["Settings", dict[str, str]]:
        """The settings, defaults in place of values that cannot be used; and what is wrong with those, by attribute."""
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for setting in fields(cls):
            name = environment_name(setting.name)
            if name not in environ:
                continue
            try:
                values[setting.name] = setting.metadata["parse"](environ[name].strip())
            except ValueError as error:
                faults[setting.name] = f"{name}={_shown(setting.name, environ[name])} cannot be used: {error}."
        faults |= {name: fault for name, fault in _missing(values).items() if name not in faults}
        return cls(**{name: value for name, value in values.items() if name not in faults}), faults

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL: the one that is set, else SQLite in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'blog.sqlite3'}"


def _missing(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings that need another one, by attribute."""
    faults = {}
    if values.get("oidc_issuer") and not values.get("oidc_client_id"):
        faults["oidc_issuer"] = "BLOG_OIDC_ISSUER cannot be used: BLOG_OIDC_CLIENT_ID is missing."
    if not values.get("local_login", True) and not values.get("oidc_issuer"):
        faults["local_login"] = (
            "BLOG_LOCAL_LOGIN=off cannot be used: BLOG_OIDC_ISSUER is missing, so nobody could sign in."
        )
    for name in ("mail_from", "url"):
        if values.get("smtp_url") and not values.get(name):
            faults["smtp_url"] = f"BLOG_SMTP_URL cannot be used: {environment_name(name)} is missing."
    if values.get("purge") and not (values.get("purge_token") or values["purge"].startswith("varnish:")):
        shown = _shown("purge", values["purge"])
        faults["purge"] = f"BLOG_PURGE={shown} cannot be used: BLOG_PURGE_TOKEN is missing."
    return faults


def _shown(name: str, value: str) -> str:
    """What a message may repeat of a value: nothing of a secret, and of an address only what kind it is."""
    if name in ADDRESSES:
        kind = value.strip().partition(":")[0]
        return f"{kind}:…" if kind in {*SOURCE_FORMS, *FRONT_FORMS, "http", "https"} else "…"
    return "…" if name in SECRETS else value


def environment_name(attribute: str) -> str:
    """``page_size`` → ``BLOG_PAGE_SIZE``."""
    return f"BLOG_{attribute.upper()}"


def unknown_settings(environ: Mapping[str, str]) -> dict[str, str | None]:
    """The ``BLOG_…`` names in ``environ`` that no setting has, each with the nearest real name or ``None``."""
    known = [setting.name.upper() for setting in fields(Settings)]
    unknown = sorted(name for name in environ if name.startswith("BLOG_") and name[5:] not in known)
    nearest = {name: get_close_matches(name[5:], known, 1) for name in unknown}
    return {name: f"BLOG_{matches[0]}" if matches else None for name, matches in nearest.items()}


settings = cast("Settings", LocalProxy(lambda: current_app.config["BLOG"]))
"""The settings of the current application."""
