"""All settings: their names, types, defaults and meanings.

Settings come from the environment or from a ``.env`` file in the working folder; the environment wins. An
invalid value stops the start with a :class:`BadSetting` that names the setting. ``docs/settings.md`` lists the same
names; a test compares the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from flask import current_app
from werkzeug.local import LocalProxy

from blog.config import values
from blog.config.faults import SECRETS, environment_name, missing, shown_value
from blog.config.values import FRONT_FORMS, ROLES, SOURCE_FORMS, CommentPolicy, LearnedScore
from blog.errors import OperatorError

__all__ = [
    "FRONT_FORMS",
    "ROLES",
    "SECRETS",
    "SOURCE_FORMS",
    "BadSetting",
    "CommentPolicy",
    "LearnedScore",
    "Settings",
    "environment_name",
    "settings",
    "unknown_settings",
]


class BadSetting(OperatorError):
    """A setting has an invalid value; the message names the setting and the valid values."""


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:  # noqa: ANN401 - any field's type
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one blog; an attribute ``page_size`` is the setting ``BLOG_PAGE_SIZE``."""

    source: str = _setting(
        "demo",
        values.source,
        "Where content comes from: `folder:PATH`, `ghost:https://HOST`, `wordpress:https://HOST` or "
        "`shopify:SHOP.myshopify.com`; the demo articles if left out.",
    )
    source_key: str | None = _setting(
        None, values.text, "Reads what is public: Ghost’s Content API key, or Shopify’s Storefront token."
    )
    source_admin_key: str | None = _setting(
        None,
        values.text,
        "Reads drafts too: Ghost’s Admin API key, `USER:APPLICATION PASSWORD` of WordPress, or Shopify’s Admin token.",
    )
    sync_seconds: int = _setting(
        60, values.between(5, 86_400), "How often the worker asks a CMS for what changed, in seconds."
    )
    full_sync_minutes: int = _setting(
        60, values.between(1, 10_080), "How often the worker lists everything, to find what was deleted, in minutes."
    )
    webhook_secret: str | None = _setting(
        None, values.webhook_secret, "Signs calls to `/webhooks/…`, which are refused if it is left out."
    )
    preview_days: int = _setting(7, values.between(1, 90), "How long a link to a draft works, in days.")
    database_url: str | None = _setting(
        None,
        values.database_url,
        "Any SQLAlchemy URL of SQLite or PostgreSQL; SQLite in the instance folder if left out.",
    )
    instance: Path = _setting(
        Path("instance").absolute(),
        values.path,
        "The folder for the database, the media and the generated secret key.",
    )
    theme: Path | None = _setting(
        None,
        values.theme,
        "A folder of `templates/`, `static/` and `translations/` laid over the built-in ones; or `tiles`, which ships.",
    )
    url: str | None = _setting(
        None, values.site_url, "The public address, `https://…`; each request’s own host if left out."
    )
    title: str = _setting("The Headless Blog", values.text, "The name of the site.")
    tagline: str = _setting("", str, "One line under the name on the first page.")
    language: str = _setting(
        "en",
        values.language,
        "The language of the site: its own words (English and German ship; [translating.md](translating.md) explains "
        "how to add one), dates, numbers and the direction of writing.",
    )
    timezone: str = _setting("UTC", values.timezone, "The zone in which times are shown, and read where none is given.")
    comments: str = _setting(
        "moderated",
        values.comment_policy,
        "`moderated`, `first`, `open` or `closed`, for articles that do not set it themselves.",
    )
    comments_close_days: int = _setting(
        0, values.between(0, 36_500), "How many days after its publication an article takes comments; 0 sets no end."
    )
    learned_score: str = _setting(
        "shadow",
        values.learned_score,
        "What the score that is learned from decisions does: `shadow` shows it to moderators only, `on` lets it hold "
        "comments or put them to the spam, `off` stores none.",
    )
    akismet_key: str | None = _setting(
        None,
        values.token,
        "A key of Akismet: the worker then asks it about each comment, after the answer; needs `BLOG_URL`.",
    )
    comment_rate: str = _setting(
        "6 per minute; 60 per hour",
        values.rate,
        "How many comments one address may send; a refused form does not count here.",
    )
    comment_attempt_rate: str = _setting(
        "30 per minute; 300 per hour",
        values.rate,
        "How many comment forms one address may send, those that are refused included.",
    )
    comment_edit_minutes: int = _setting(
        15, values.between(0, 1440), "How long authors may edit a comment, in minutes; 0 allows no edits."
    )
    comment_preview_rate: str = _setting(
        "120 per minute; 2000 per hour", values.rate, "How many previews of comments one address may ask for."
    )
    keep_network_days: int = _setting(
        30, values.between(0, 3650), "After how many days the worker drops the networks that comments were sent from."
    )
    keep_user_agent_days: int = _setting(
        30,
        values.between(0, 3650),
        "After how many days the worker drops the names of the browsers that sent comments.",
    )
    identicons: bool = _setting(
        False, values.switch, "`on`: each commenter has a small picture, drawn by the blog itself."
    )
    contact: str = _setting(
        "", str, "Who answers for the blog: a mail or web address, or both with a name. It is shown on `/privacy`."
    )
    smtp_url: str | None = _setting(
        None,
        values.smtp_url,
        "The mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://…:465`; no mail is sent if left out.",
    )
    mail_from: str | None = _setting(None, values.mail_address, "The address that the blog’s mails come from.")
    mail_moderators: tuple[str, ...] = _setting(
        (), values.mail_addresses, "Who is mailed about comments that wait: addresses, separated by commas."
    )
    mail_digest_minutes: int = _setting(
        0,
        values.between(0, 10_080),
        "How often moderators get one mail about all new comments, in minutes; 0 is at once.",
    )
    mail_authors: dict[str, str] | None = _setting(
        None,
        values.author_addresses,
        "Who is mailed about comments on their articles, as in `Ada Byron=ada@example.org, Bea Brown=bea@example.org`.",
    )
    page_size: int = _setting(10, values.between(1, 100), "How many articles a listing shows at once.")
    page_cache_mb: int = _setting(
        32, values.between(0, 4096), "How much memory each process may fill with finished pages, in MB; 0 keeps none."
    )
    purge: str | None = _setting(
        None,
        values.purge,
        "A shared cache in front of the blog that is purged: `fastly:SERVICE_ID`, `cloudflare:ZONE_ID` or "
        "`varnish:http://HOST:PORT`.",
    )
    purge_token: str | None = _setting(
        None,
        values.token,
        "Lets the blog purge: Fastly’s or Cloudflare’s API token; for Varnish, what its VCL compares, if it does.",
    )
    redis_url: str | None = _setting(
        None,
        values.redis_url,
        "A Redis that all processes share for rate limits; each process counts alone if left out.",
    )
    proxies: int = _setting(
        0, values.between(0, 5), "How many trusted reverse proxies stand in front and set `X-Forwarded-…`."
    )
    session_idle_minutes: int = _setting(
        120, values.between(1, 1440), "After how many idle minutes a moderator signs in again."
    )
    session_hours: int = _setting(
        12, values.between(1, 168), "After how many hours a moderator signs in again, idle or not."
    )
    require_2fa: bool = _setting(
        False, values.switch, "`on`: signing in with a password needs a second factor as well."
    )
    local_login: bool = _setting(
        True, values.switch, "`off`: nobody signs in with a password or a passkey, only through the provider."
    )
    oidc_issuer: str | None = _setting(
        None, values.issuer, "An OpenID Connect provider to sign in with, by its issuer address, `https://…`."
    )
    oidc_client_id: str | None = _setting(None, values.text, "What the provider knows the blog by.")
    oidc_client_secret: str | None = _setting(None, values.text, "The provider’s secret for the blog, if it gave one.")
    oidc_scopes: str = _setting("openid profile", values.scopes, "What the blog asks the provider for.")
    oidc_role_claim: str = _setting(
        "roles",
        values.text,
        "The claim that names somebody’s roles or groups; dots lead into it, as in `realm_access.roles`.",
    )
    oidc_roles: dict[str, str] | None = _setting(
        None,
        values.roles,
        "What those are here, as in `blog-admins=administrator, editors=moderator`; the roles’ own names if left out.",
    )
    secret_key: str | None = _setting(
        None,
        values.secret,
        "Signs sessions; generated in the instance folder if left out. Share it between machines.",
    )

    def __repr__(self) -> str:
        """Show all settings without secrets, for logs and tracebacks."""
        all_values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        shown = {name: "…" if value and name in SECRETS else value for name, value in all_values.items()}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read all settings from ``environ``; settings that are not there keep their defaults.

        :raises BadSetting: a value is invalid.
        """
        found, faults = cls.usable(environ)
        if faults:
            raise BadSetting(next(iter(faults.values())))
        return found

    @classmethod
    def usable(cls, environ: Mapping[str, str]) -> tuple["Settings", dict[str, str]]:
        """Return the settings, with defaults in place of invalid values, and the error messages by attribute."""
        found: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for setting in fields(cls):
            name = environment_name(setting.name)
            if name not in environ:
                continue
            try:
                found[setting.name] = setting.metadata["parse"](environ[name].strip())
            except ValueError as error:
                faults[setting.name] = f"{name}={shown_value(setting.name, environ[name])} cannot be used: {error}."
        faults |= {name: fault for name, fault in missing(found).items() if name not in faults}
        return cls(**{name: value for name, value in found.items() if name not in faults}), faults

    @property
    def sqlalchemy_url(self) -> str:
        """The configured database URL, or else SQLite in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'blog.sqlite3'}"


def unknown_settings(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return the unknown ``BLOG_…`` names in ``environ``, each with the most similar known name or ``None``."""
    known = [setting.name.upper() for setting in fields(Settings)]
    unknown = sorted(name for name in environ if name.startswith("BLOG_") and name[5:] not in known)
    nearest = {name: get_close_matches(name[5:], known, 1) for name in unknown}
    return {name: f"BLOG_{matches[0]}" if matches else None for name, matches in nearest.items()}


settings = cast("Settings", LocalProxy(lambda: current_app.config["BLOG"]))
"""The settings of the current application."""
