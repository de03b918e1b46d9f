"""Reads settings from an environment, and finds out which of them are invalid or unknown."""

from collections.abc import Callable, Mapping
from dataclasses import Field, field
from difflib import get_close_matches
from typing import Any

from blog.config.error_messages import environment_name, missing, shown_value


def setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:  # noqa: ANN401 - any field's type
    """Declare a setting as a field of a dataclass; ``meaning`` is its line in ``docs/settings.md``."""
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


def read(known: tuple[Field[Any], ...], environ: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the valid values in ``environ`` and the error messages of the others, both by attribute."""
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for each in known:
        name = environment_name(each.name)
        if name not in environ:
            continue
        try:
            found[each.name] = each.metadata["parse"](environ[name].strip())
        except ValueError as error:
            value = environ[name].strip()
            shown = shown_value(each.name, value) if value else ""
            why = error if value else "it is empty; give it a value, or leave it out"
            faults[each.name] = f"{name}={shown} cannot be used: {why}."
    faults |= {name: fault for name, fault in missing(found).items() if name not in faults}
    return {name: value for name, value in found.items() if name not in faults}, faults


def unknown_names(known: tuple[Field[Any], ...], environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return the unknown ``BLOG_…`` names in ``environ``, each with the most similar known name or ``None``."""
    names = [each.name.upper() for each in known]
    unknown = sorted(name for name in environ if name.startswith("BLOG_") and name[5:] not in names)
    nearest = {name: get_close_matches(name[5:], names, 1) for name in unknown}
    return {name: f"BLOG_{matches[0]}" if matches else None for name, matches in nearest.items()}
