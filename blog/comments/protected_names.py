"""Names that hold a comment for a moderator: those of moderators, authors and the site's staff."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import cast

from flask import Flask, current_app
from flask_babel import gettext

from blog.comments.look_alikes import contains_name, skeleton, words_of
from blog.content.models import Article

OFFICES = frozenset(map(skeleton, ("moderator", "moderation", "administrator", "admin", "webmaster")))
NameProvider = Callable[[], Iterable[str]]


class Claim(StrEnum):
    """Whom a commenter's name may imitate."""

    AUTHOR = "author"
    """The author of the article."""
    MODERATOR = "moderator"
    """One of the moderators."""
    OFFICE = "office"
    """The office of a moderator, without a person's name."""


def set_moderator_names(app: Flask, provider: NameProvider) -> None:
    """Set the function that returns the moderators' names: comments must not import moderators, a higher layer."""
    app.extensions["moderator_names"] = provider


def claimed_name(name: str, article: Article) -> tuple[Claim | None, str]:
    """The kind and the name of the person whom ``name`` imitates; ``None`` and an empty name for nobody."""
    for author in article.authors:
        if contains_name(name, author.name):
            return Claim.AUTHOR, author.name
    provider = cast("NameProvider", current_app.extensions["moderator_names"])
    for moderator in provider():
        if contains_name(name, moderator):
            return Claim.MODERATOR, moderator
    offices = OFFICES | {skeleton(gettext("Moderator"))}
    # The whole name is compared as well, because “mod era tor” has none of these words.
    if offices.intersection([skeleton(name), *words_of(name)]):
        return Claim.OFFICE, ""
    return None, ""
