"""A small blog in the middle of a working day: whose comments wait, and what was decided. All names are invented."""

from datetime import timedelta
from itertools import cycle

import time_machine

from blog.comments import signals
from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.markup.comment import clean_comment
from blog.moderation import accounts
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD
from tests.support.factories import make_comment

MODERATOR, COLLEAGUE = "Mira Holt", "Jonas Reed"

SHOP = "https://cheap-tea.example/"
WAITING = [
    ("Tomas Lind", "I have made it with half the leaves since Sunday. Thank you, it is the better tea."),
    ("Ruth Okafor", "Does this work with well water, too? Ours is so hard that the kettle turns white in a week."),
    ("Best Prices 4 U", f"GREAT POST!!! CHEAP TEA HERE: {SHOP}buy {SHOP}now {SHOP}sale DO NOT MISS IT"),
    ("Irene Marr", "The second picture does not match its caption, I think."),
    ("Paul Weber", "> It is never the water\n\nIt was the water. I moved house, and the same tin tastes of nothing."),
    ("Kofi A.", "A small correction: the meeting was in October, not in November."),
    ("Lena", "Lovely."),
    ("Noor Haddad", "Could you say more about the pot? Mine is of iron, and everybody tells me something else."),
    ("Tomas Lind", "And one more question: for how long does an open tin keep?"),
    ("Greta Vos", "My grandmother did it the other way round, and nobody ever left a cup half full."),
    ("Sam Ito", "I disagree with nearly all of this, but I read it twice. Where is the next part?"),
    ("Ada Quist", "There is a typing error in the third paragraph: “wather”."),
    ("Emil", "Thanks for writing this down."),
    ("Ruth Okafor", "I tried the filter. It helps a little."),
]  # fmt: skip
DECIDED = [
    ("Lou", "First!", Status.REJECTED),
    ("Ruth Okafor", "I read this at breakfast and was late for work.", Status.APPROVED),
    ("Best Prices 4 U", f"Cheap tea: {SHOP}", Status.SPAM),
    ("Noor Haddad", "Warm the pot first, and pour that water away.", Status.APPROVED),
    ("Greta Vos", "My kettle whistles a fifth.", Status.APPROVED),
    ("Mega Deals", "Buy followers at https://mega-deals.example/", Status.SPAM),
    ("Sam Ito", "You people know nothing.", Status.REJECTED),
]
REASONS = {Status.REJECTED: "It is not about the article.", Status.SPAM: "It advertises something."}
DAYS = 30


def set_scene() -> None:
    """Write the accounts, comments and decisions of the scene into the database of the current application."""
    moderators = [accounts.add(MODERATOR, PASSWORD, Role.ADMINISTRATOR), accounts.add(COLLEAGUE, PASSWORD)]
    query = Article.published().where(Article.comment_policy.is_(None)).order_by(Article.published_at.desc())
    articles = cycle(db.session.scalars(query.limit(3)).all())
    for number, (name, body, to) in zip(range(3 * DAYS, 0, -1), cycle(DECIDED), strict=False):
        comment = _comment(next(articles), name, body, minutes=8 * 60 * number)
        with time_machine.travel(comment.submitted_at + timedelta(minutes=37 * (number % 8)), tick=False):
            _decide(comment, to, moderators[number % 2])
    for number, (name, body) in enumerate(reversed(WAITING), start=1):
        _comment(next(articles), name, body, minutes=15 * number)


def _comment(article: Article, name: str, body: str, minutes: int) -> Comment:
    """A comment that came in so many minutes ago, with what the checks find in it."""
    known = name.partition(" ")[0].lower()
    comment = make_comment(
        article,
        body,
        body_html=clean_comment(body).html,
        name=name,
        email=f"{known}@example.org",
        network=f"203.0.{len(name)}.0/24",
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
        submitted_at=utc_now() - timedelta(minutes=minutes),
    )
    with write_transaction(db.session()) as session:
        signals.store_findings(session, comment.id, signals.examine(comment, article, honeypot=False))
    return comment


def _decide(comment: Comment, to: Status, moderator: Moderator) -> None:
    decide(
        comment.id, to=to, revision=comment.revision, version=comment.version, moderator=moderator,
        reason=REASONS.get(to, ""),
    )  # fmt: skip
