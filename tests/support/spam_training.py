"""Trains the spam classifier."""

from blog.comments.signals.models import TokenStat
from blog.comments.signals.tokens import TOTAL
from blog.database import write_transaction
from blog.extensions import db


def train(number: int) -> None:
    """Let the score learn the same number of comments of each kind."""
    with write_transaction(db.session()) as session:
        session.add(TokenStat(token=TOTAL, spam=number, ham=number))
        session.add_all(TokenStat(token=word, spam=number, ham=0) for word in ("casino", "bonus", "cheap"))
        session.add_all(TokenStat(token=word, spam=0, ham=number) for word in ("kettle", "water", "tea"))
