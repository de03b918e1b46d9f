"""The blueprint of the readers' pages; the modules with views add them to it."""

from flask import Blueprint

blueprint = Blueprint("articles", __name__)
