"""All settings: their names, types, defaults and meanings.

Settings come from the environment or from a ``.env`` file in the working folder; the environment wins. An
invalid value stops the start with a :class:`BadSetting` that names the setting. ``docs/settings.md`` lists the same
names; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from blog.config import parsers, url_parsers
from blog.config.choices import CommentPolicy, LearnedScore
from blog.config.error_messages import SECRETS
from blog.config.reading import read, setting, unknown_names
from blog.errors import OperatorError


class BadSetting(OperatorError):
    """A setting has an invalid value; the message names the setting and the valid values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one blog; an attribute ``page_size`` is the setting ``BLOG_PAGE_SIZE``."""

    source: str = setting(
        "demo",
        url_parsers.source,
        "Where content comes from: `folder:PATH`, `ghost:https://HOST`, `wordpress:https://HOST` or "
        "`shopify:SHOP.myshopify.com`; the demo articles if left out.",
    )
    source_key: str | None = setting(
        None, parsers.text, "The key for public content: Ghost’s Content API key, or Shopify’s Storefront token."
    )
    source_admin_key: str | None = setting(
        None,
        parsers.text,
        "The key that also reads drafts: Ghost’s Admin API key, `USER:APPLICATION PASSWORD` of WordPress, or "
        "Shopify’s Admin token.",
    )
    sync_seconds: int = setting(
        60, parsers.between(5, 86_400), "How often the worker asks a CMS for changes, in seconds."
    )
    full_sync_minutes: int = setting(
        60,
        parsers.between(1, 10_080),
        "How often the worker reads the whole listing, to find deleted documents, in minutes.",
    )
    # Ghost and Shopify generate their own secrets, so the minimum length is shorter than for ours.
    webhook_secret: str | None = setting(
        None, parsers.secret(16), "The secret that signs calls to `/webhooks/…`; without it all calls are refused."
    )
    preview_days: int = setting(7, parsers.between(1, 90), "For how many days a link to a draft works.")
    database_url: str | None = setting(
        None,
        url_parsers.database_url,
        "The SQLAlchemy URL of a SQLite or PostgreSQL database; SQLite in the instance folder if left out.",
    )
    instance: Path = setting(
        Path("instance").absolute(),
        parsers.path,
        "The folder for the database, the media and the generated secret key.",
    )
    theme: Path | None = setting(
        None,
        parsers.theme,
        "A folder whose `templates/`, `static/` and `translations/` replace built-in files; or `tiles`, a theme that "
        "is included.",
    )
    url: str | None = setting(
        None, url_parsers.site_url, "The public address, `https://…`; the host of each request if left out."
    )
    title: str = setting("The Headless Blog", parsers.text, "The name of the site.")
    tagline: str = setting("", str, "One line under the name on the first page.")
    language: str = setting(
        "en",
        parsers.language,
        "The language of the site: its own words (English and German ship; [translating.md](translating.md) explains "
        "how to add one), dates, numbers and the direction of writing.",
    )
    timezone: str = setting(
        "UTC",
        parsers.timezone,
        "The time zone in which times are shown; times in articles that name no zone are read in it.",
    )
    comments: str = setting(
        "moderated",
        parsers.one_of(*CommentPolicy),
        "The policy of articles that do not set their own: `moderated`, `first`, `open` or `closed`.",
    )
    comments_close_days: int = setting(
        0,
        parsers.between(0, 36_500),
        "For how many days after its publication an article takes comments; 0 means always.",
    )
    learned_score: str = setting(
        "shadow",
        parsers.one_of(*LearnedScore),
        "How the score that is learned from decisions is used: `shadow` only shows it to moderators, `on` lets it "
        "hold comments or mark them as spam, `off` computes none.",
    )
    akismet_key: str | None = setting(
        None,
        parsers.token,
        "An Akismet key. The worker then asks Akismet about each comment after it was stored; needs `BLOG_URL`.",
    )
    proof_of_work: bool = setting(
        False,
        parsers.switch,
        "`on`: the script on the page does some work before it sends a comment; comments without proof of it, such as "
        "those of readers without script, wait for a moderator.",
    )
    comment_rate: str = setting(
        "6 per minute; 60 per hour",
        parsers.rate,
        "How many comments may come from one network; refused forms do not count.",
    )
    comment_attempt_rate: str = setting(
        "30 per minute; 300 per hour",
        parsers.rate,
        "How many comment forms may come from one network, refused ones included, and how many challenges it may get.",
    )
    comment_edit_minutes: int = setting(
        15, parsers.between(0, 1440), "How long authors may edit a comment, in minutes; 0 allows no edits."
    )
    comment_preview_rate: str = setting(
        "120 per minute; 2000 per hour", parsers.rate, "How many previews of comments one network may ask for."
    )
    keep_network_days: int = setting(
        30, parsers.between(0, 3650), "After how many days the worker deletes the networks that comments came from."
    )
    keep_user_agent_days: int = setting(
        30,
        parsers.between(0, 3650),
        "After how many days the worker deletes the names and languages of the browsers that sent comments.",
    )
    identicons: bool = setting(
        False, parsers.switch, "`on` shows a small picture for each commenter, drawn by the blog itself."
    )
    contact: str = setting(
        "", str, "Who is responsible for the blog: a mail or web address, or both with a name; shown on `/privacy`."
    )
    smtp_url: str | None = setting(
        None,
        url_parsers.smtp_url,
        "The mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://…:465`; no mail is sent if left out.",
    )
    mail_from: str | None = setting(None, parsers.mail_address, "The address that the blog’s mails come from.")
    mail_moderators: tuple[str, ...] = setting(
        (), parsers.mail_addresses, "Who is mailed about comments that wait: addresses, separated by commas."
    )
    mail_digest_minutes: int = setting(
        0,
        parsers.between(0, 10_080),
        "How often moderators get one mail about all new comments, in minutes; 0 is at once.",
    )
    mail_authors: dict[str, str] | None = setting(
        None,
        parsers.author_addresses,
        "Who is mailed about comments on their articles, as in `Ada Byron=ada@example.org, Bea Brown=bea@example.org`.",
    )
    page_size: int = setting(10, parsers.between(1, 100), "How many articles a listing shows at once.")
    page_cache_mb: int = setting(
        32,
        parsers.between(0, 4096),
        "How much memory each process uses for cached pages, in MB; 0 turns the cache off.",
    )
    purge: str | None = setting(
        None,
        url_parsers.purge,
        "The shared cache in front of the blog, which the worker purges: `fastly:SERVICE_ID`, `cloudflare:ZONE_ID` "
        "or `varnish:http://HOST:PORT`.",
    )
    purge_token: str | None = setting(
        None,
        parsers.token,
        "The API token of Fastly or Cloudflare; for Varnish, the word that its VCL compares, if it does.",
    )
    redis_url: str | None = setting(
        None,
        url_parsers.redis_url,
        "A Redis in which all processes count rate limits together; each process counts alone if left out.",
    )
    proxies: int = setting(
        0, parsers.between(0, 5), "How many trusted reverse proxies stand in front and set `X-Forwarded-…`."
    )
    session_idle_minutes: int = setting(
        120, parsers.between(1, 1440), "After how many idle minutes a moderator signs in again."
    )
    session_hours: int = setting(
        12, parsers.between(1, 168), "After how many hours a moderator signs in again, idle or not."
    )
    require_2fa: bool = setting(
        False, parsers.switch, "`on`: a password alone is not enough to sign in; a second factor is needed too."
    )
    local_login: bool = setting(
        True,
        parsers.switch,
        "`off`: people sign in only through the OpenID Connect provider, not with a password or a passkey.",
    )
    oidc_issuer: str | None = setting(
        None, url_parsers.issuer, "An OpenID Connect provider to sign in with, by its issuer address, `https://…`."
    )
    oidc_client_id: str | None = setting(None, parsers.text, "The blog’s client ID at the provider.")
    oidc_client_secret: str | None = setting(
        None, parsers.text, "The blog’s client secret at the provider, if it has one."
    )
    oidc_scopes: str = setting("openid profile", parsers.scopes, "The scopes that the blog requests from the provider.")
    oidc_role_claim: str = setting(
        "roles",
        parsers.text,
        "The claim that has a person’s roles or groups; a dot leads into an object, as in `realm_access.roles`.",
    )
    oidc_roles: dict[str, str] | None = setting(
        None,
        parsers.roles,
        "The blog’s role for each of them, as in `blog-admins=administrator, editors=moderator`; if left out, they "
        "must have the names of the blog’s roles.",
    )
    secret_key: str | None = setting(
        None,
        parsers.secret(32),
        "Signs sessions and links; generated in the instance folder if left out. Machines that serve the same blog "
        "need the same key.",
    )

    def __repr__(self) -> str:
        """Show all settings without secrets, for logs and tracebacks."""
        all_values = {known.name: getattr(self, known.name) for known in fields(self)}
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
        found, faults = read(fields(cls), environ)
        return cls(**found), faults

    @property
    def sqlalchemy_url(self) -> str:
        """The configured database URL, or else SQLite in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'blog.sqlite3'}"


def unknown_settings(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return the unknown ``BLOG_…`` names in ``environ``, each with the most similar known name or ``None``."""
    return unknown_names(fields(Settings), environ)


settings = cast("Settings", LocalProxy(lambda: current_app.config["BLOG"]))
"""The settings of the current application."""
