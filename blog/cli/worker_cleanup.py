"""What the background worker deletes when its time is over."""

from blog.cache import purges
from blog.comments.challenges import prune_challenges
from blog.comments.erasure import erase_withdrawn
from blog.comments.retention import drop_expired
from blog.comments.search import delete_removed_words
from blog.comments.signals.traces import prune_traces
from blog.mail import outbox
from blog.moderation.bulk_lifecycle import prune_proposals


def delete_expired() -> None:
    """Delete withdrawn comments, senders' data, and rows that no process needs any more. Each says itself when."""
    purges.prune()
    if erase_withdrawn():
        delete_removed_words()
    outbox.prune()
    drop_expired()
    prune_traces()
    prune_proposals()
    prune_challenges()
