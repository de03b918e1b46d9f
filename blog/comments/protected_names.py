"""Names that need a moderator's decision before they show: those of moderators, authors and the site's staff."""

from collections.abc import Callable, Iterable
from typing import cast

from flask import Flask, current_app
from flask_babel import gettext

from blog.comments.look_alikes import contains_name, skeleton, words_of
from blog.content.models import Article

OFFICES = frozenset(map(skeleton, ("moderator", "moderation", "administrator", "admin", "webmaster")))
NameProvider = Callable[[], Iterable[str]]


def set_moderator_names(app: Flask, provider: NameProvider) -> None:
    """Ask ``provider`` for the moderators' names: comments do not know moderators, who are a layer above."""
    app.extensions["moderator_names"] = provider


def imitation_reason(name: str, article: Article) -> str:
    """Why a moderator has to look at a comment by ``name``; empty if the name is nobody else's."""
    for author in article.authors:
        if contains_name(name, author.name):
            return gettext("The name looks like that of the article’s author, %(name)s.", name=author.name)
    provider = cast("NameProvider", current_app.extensions["moderator_names"])
    for moderator in provider():
        if contains_name(name, moderator):
            return gettext("The name looks like that of the moderator %(name)s.", name=moderator)
    offices = OFFICES | {skeleton(gettext("Moderator"))}
    if offices.intersection([skeleton(name), *words_of(name)]):
        return gettext("The name claims to be that of a moderator.")
    return ""
