"""The worker deletes what nobody may keep longer."""

from datetime import timedelta

from flask import Flask

from blog.cli.worker_cleanup import delete_expired
from blog.comments.models import Status
from blog.comments.withdrawal import RESTORABLE
from blog.config import settings
from blog.database import utc_now
from tests.support.factories import make_article, make_comment, make_withdrawn
from tests.support.rows import reread


def test_the_cleanup_erases_withdrawn_comments_and_forgets_old_senders(app: Flask) -> None:
    article, day = make_article(), timedelta(days=1)
    withdrawn, restorable = make_comment(article), make_comment(article)
    make_withdrawn(withdrawn, RESTORABLE + day)
    make_withdrawn(restorable, RESTORABLE - day)
    old = make_comment(article, submitted_at=utc_now() - timedelta(days=settings.keep_network_days) - day)
    delete_expired()
    assert reread(withdrawn).status == Status.ERASED
    assert reread(restorable).status == Status.WITHDRAWN
    assert reread(old).network == ""
    assert reread(restorable).network != ""
