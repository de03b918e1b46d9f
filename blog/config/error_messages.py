"""Error messages about settings, without secrets."""

from collections.abc import Mapping
from typing import Any

from blog.config.choices import CDN_FORMS, SOURCE_FORMS

SECRETS = frozenset(
    {"secret_key", "database_url", "redis_url", "source_key", "source_admin_key", "webhook_secret", "purge_token"}
    | {"oidc_client_secret", "smtp_url", "akismet_key"}
)
"""Settings whose values never appear in messages."""

ADDRESSES = frozenset({"purge", "source", "url"})
"""URL settings in which people sometimes put credentials by mistake."""


def missing(found: Mapping[str, Any]) -> dict[str, str]:
    """Return error messages, by attribute, for settings that need another setting."""
    faults = {}
    if found.get("oidc_issuer") and not found.get("oidc_client_id"):
        faults["oidc_issuer"] = "BLOG_OIDC_ISSUER cannot be used: BLOG_OIDC_CLIENT_ID is missing."
    if not found.get("local_login", True) and not found.get("oidc_issuer"):
        faults["local_login"] = (
            "BLOG_LOCAL_LOGIN=off cannot be used: BLOG_OIDC_ISSUER is missing, so nobody could sign in."
        )
    for name in ("mail_from", "url"):
        if found.get("smtp_url") and not found.get(name):
            faults["smtp_url"] = f"BLOG_SMTP_URL cannot be used: {environment_name(name)} is missing."
    if found.get("akismet_key") and not found.get("url"):
        faults["akismet_key"] = "BLOG_AKISMET_KEY cannot be used: BLOG_URL is missing."
    if found.get("purge") and not (found.get("purge_token") or found["purge"].startswith("varnish:")):
        shown = shown_value("purge", found["purge"])
        faults["purge"] = f"BLOG_PURGE={shown} cannot be used: BLOG_PURGE_TOKEN is missing."
    return faults


def shown_value(name: str, value: str) -> str:
    """Return the part of a value that a message may show: nothing of a secret, and only the scheme of a URL."""
    if name in ADDRESSES:
        kind = value.strip().partition(":")[0]
        return f"{kind}:…" if kind in {*SOURCE_FORMS, *CDN_FORMS, "http", "https"} else "…"
    return "…" if name in SECRETS else value


def environment_name(attribute: str) -> str:
    """``page_size`` → ``BLOG_PAGE_SIZE``."""
    return f"BLOG_{attribute.upper()}"
