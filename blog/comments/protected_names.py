"""Names that need a moderator's decision before they show: those of moderators, authors and the site's staff."""

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
    """What a name may seem to claim."""

    AUTHOR = "author"
    """To be the author of the article."""
    MODERATOR = "moderator"
    """To be one of the moderators."""
    OFFICE = "office"
    """To be a moderator, whatever the name."""


def set_moderator_names(app: Flask, provider: NameProvider) -> None:
    """Ask ``provider`` for the moderators' names: comments do not know moderators, who are a layer above."""
    app.extensions["moderator_names"] = provider


def claimed_name(name: str, article: Article) -> tuple[Claim | None, str]:
    """Whose name a comment by ``name`` seems to claim, and that name; ``None`` if it is nobody else's."""
    for author in article.authors:
        if contains_name(name, author.name):
            return Claim.AUTHOR, author.name
    provider = cast("NameProvider", current_app.extensions["moderator_names"])
    for moderator in provider():
        if contains_name(name, moderator):
            return Claim.MODERATOR, moderator
    offices = OFFICES | {skeleton(gettext("Moderator"))}
    if offices.intersection([skeleton(name), *words_of(name)]):
        return Claim.OFFICE, ""
    return None, ""
