"""Parsers of settings: each converts a text to a value, or raises a ValueError that describes the valid values."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from limits import parse_many

from blog.config.choices import ROLES
from blog.mail_addresses import parse_address
from blog.paths import THEMES


def text(value: str) -> str:
    if not value:
        raise ValueError("it must not be empty")
    return value


def path(value: str) -> Path:
    try:
        return Path(text(value)).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError("its user has no home folder; write the whole path") from error


def theme(value: str) -> Path:
    """Return a theme folder, or the built-in theme of that name if there is no such folder."""
    folder = path(value)
    shipped = THEMES / value
    return shipped if value.isidentifier() and shipped.is_dir() and not folder.is_dir() else folder


def language(value: str) -> str:
    try:
        return str(Locale.parse(value.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError("use a language code such as en, de or pt-BR") from error


def timezone(value: str) -> str:
    try:
        # A folder, such as “Europe”, is an OSError, and an absolute path a ValueError.
        return ZoneInfo(value).key
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("use a name of the IANA time zone database, such as Europe/Berlin") from error


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"use {', '.join(choices[:-1])} or {choices[-1]}")
        return value

    return parse


def mail_address(value: str) -> str:
    try:
        address = parse_address(value)
    except ValueError as error:
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
    hint = "use a form such as 5 per minute; 30 per hour"
    try:
        limits = parse_many(value)
    except ValueError as error:
        raise ValueError(hint) from error
    if not all(limit.amount for limit in limits):
        raise ValueError(hint)
    return value


def token(value: str) -> str:
    if not value.isascii() or not value.isprintable() or set(value) & set(' "') or not value:
        raise ValueError("use printable ASCII without spaces and quotation marks")
    return value


def secret(length: int) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if len(value) < length:
            raise ValueError(f"use at least {length} random characters")
        return value

    return parse
