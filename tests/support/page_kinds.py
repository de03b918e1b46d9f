"""One page of every kind, for tests that look at all of them: of valid HTML, and of accessibility."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import url_for
from sqlalchemy import select

from blog.comments.models import AuthorRole, Comment, CommentRevision, Status
from blog.comments.notices.links import Purpose, link_token
from blog.comments.receipts import token_of
from blog.comments.thread_queries import INLINE_REPLIES
from blog.content import preview_links
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts, invitations
from blog.moderation.bulk_batches import run_batch
from blog.moderation.bulk_lifecycle import propose, start, undo_bulk
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from blog.moderation.queue_filter import QueueFilter
from blog.moderation.replies import reply
from blog.moderation.roles import Role
from blog.paths import TEMPLATES
from tests.support.clients import PASSWORD
from tests.support.factories import make_article, make_comment
from tests.support.servers import Served

MODERATOR = "Cleo"
RICH_SLUG = "everything-markdown-can-do-here"
RICH_ARTICLE = f"/articles/{RICH_SLUG}"
"""The demo article that uses every feature of an article."""

COMMENT = "> A quote\n\nwith [a link](https://example.org/), `code` and\n\n1. a list\n2. "
STATUSES = (Status.PENDING, Status.APPROVED, Status.REJECTED)


@dataclass(frozen=True)
class PageKind:
    """A page, the template that makes it, and who may see it."""

    template: str
    address: str
    status: int = 200
    is_moderators: bool = False


ANSWERS_TO_FORMS = {"moderation/recovery_codes.html", "moderation/second_step.html"}
"""Templates without an address of their own: they answer a form."""


def templates() -> set[str]:
    """The templates of pages that have an address, without those that others extend."""
    names = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")} - ANSWERS_TO_FORMS
    return {
        name for name in names if not name.startswith("snippets/") and not name.endswith(("layout.html", "label.html"))
    }


def furnish(blog: Served) -> list[PageKind]:
    """Add comments, decisions and a moderator to a blog with the demo articles, and list a page of every kind."""
    for status in STATUSES:
        answer = blog.post(f"{RICH_ARTICLE}/comments", name="Bea Brown", email="bea@example.org", body=COMMENT + status)
        assert answer.status == 303, answer.text
    with blog.rows() as app, app.test_request_context():
        make_article("Gone", withdrawn_at=utc_now())
        moderator = accounts.add(MODERATOR, PASSWORD, Role.ADMINISTRATOR)
        token = invitations.invite(Role.VIEWER, moderator)
        comments = [_decided(moderator, status) for status in STATUSES]
        bulks = _bulks(moderator)
        article = db.session.scalars(Article.published().where(Article.slug == RICH_SLUG)).one()
        private = _private([*comments, *_changed(article)])
        readers = [*_articles(article), *_threads(article, moderator), *private]
        return [*readers, *_moderators(comments[0], token), *bulks]


def _decided(moderator: Moderator, status: Status) -> Comment:
    """The comment with the text ``status``, after a moderator gave it that status."""
    comment = db.session.scalars(select(Comment).where(Comment.body.endswith(status))).one()
    if status != comment.status:
        decide(comment.id, to=status, revision=comment.revision, version=comment.version, moderator=moderator)
    return comment


def _bulks(moderator: Moderator) -> list[PageKind]:
    """Decisions on many comments: one that is proposed, one that is done and undone."""
    proposed, done = (propose(QueueFilter(Status.REJECTED), moderator) for _ in range(2))
    start(done.id, to=Status.SPAM, moderator=moderator, reason="Bought watches.")
    run_batch(done.id)
    run_batch(undo_bulk(done.id, moderator=moderator).id)
    return [
        PageKind("moderation/bulk.html", url_for("moderation.bulk", bulk_id=bulk.id), is_moderators=True)
        for bulk in (proposed, done)
    ]


def _changed(article: Article) -> list[Comment]:
    """A comment with a waiting edit, a withdrawn one and an erased one."""
    waiting = make_comment(article, "The new text.", approved_revision=1, revision=2, edited_at=utc_now())
    earlier = {"body": "The text before.", "body_html": "<p>The text before.</p>", "cleaner_version": 1}
    with write_transaction(db.session()) as session:
        session.add(CommentRevision(comment_id=waiting.id, revision=1, created_at=utc_now(), **earlier))
    withdrawn = make_comment(article, status=Status.WITHDRAWN, withdrawn_at=utc_now(), withdrawn_from=Status.PENDING)
    return [waiting, withdrawn, make_comment(article, "", status=Status.ERASED, name="")]


def _articles(article: Article) -> list[PageKind]:
    return [
        PageKind("articles/index.html", url_for("articles.index")),
        PageKind("articles/index.html", url_for("articles.index", page=2)),
        PageKind("articles/show.html", url_for("articles.show", slug=article.slug)),
        PageKind("articles/tags.html", url_for("articles.tags")),
        PageKind("articles/tag.html", url_for("articles.tag", slug=article.tags[0].slug)),
        PageKind("articles/author.html", url_for("articles.author", slug=article.authors[0].slug)),
        PageKind("articles/archive.html", url_for("articles.archive")),
        PageKind("privacy/show.html", url_for("privacy.show")),
        PageKind("articles/year.html", url_for("articles.archive_year", year=article.published_at.year)),
        PageKind("articles/search.html", url_for("articles.find")),
        PageKind("articles/search.html", url_for("articles.find", q="markdown")),
        PageKind("articles/search.html", url_for("articles.find", q="nothing-like-this")),
        PageKind("error.html", "/nowhere", status=404),
        PageKind("error.html", url_for("articles.show", slug="gone"), status=410),
    ]


def _threads(article: Article, moderator: Moderator) -> list[PageKind]:
    """Create replies of every kind under ``article``; return the pages of their thread and of the reply form."""
    root = make_comment(article, "The root.", status=Status.APPROVED)
    parent = root
    for _ in range(6):
        parent = make_comment(article, "A reply.", parent=parent, status=Status.APPROVED)
    gone = make_comment(article, parent=root, status=Status.ERASED)
    make_comment(article, "Still here.", parent=gone, status=Status.APPROVED, author_role=AuthorRole.AUTHOR)
    reply(root.id, "By a moderator.", moderator=moderator)
    for number in range(INLINE_REPLIES):
        make_comment(article, f"Reply {number}.", parent=root, status=Status.APPROVED)
    return [
        PageKind("articles/show.html", url_for("articles.show", slug=article.slug, comments="newest")),
        PageKind("comments/thread.html", url_for("comments.replies", slug=article.slug, comment_id=root.id)),
        PageKind("comments/write.html", url_for("comments.reply", slug=article.slug, comment_id=root.id)),
    ]


def _private(comments: list[Comment]) -> list[PageKind]:
    """Pages that are protected by a secret link."""
    draft, expired = preview_links.unpublished()[0], preview_links.unpublished(days=-1)[0]
    return [
        *(PageKind("comments/receipt.html", f"/comments/{token_of(comment)}") for comment in comments),
        PageKind("comments/edit.html", f"/comments/{token_of(comments[0])}/edit"),
        *(PageKind("comments/mail_link.html", address) for address in _mail_links(comments[0])),
        PageKind("comments/mail_link.html", url_for("mail.block", token="nothing"), status=404),
        PageKind("articles/preview.html", urlsplit(draft.preview).path),
        PageKind("articles/preview_expired.html", urlsplit(expired.preview).path, status=410),
    ]


def _mail_links(comment: Comment) -> list[str]:
    """The addresses of links in mails."""
    pages = {
        Purpose.CONFIRM: "mail.confirmation",
        Purpose.UNSUBSCRIBE: "mail.unsubscription",
        Purpose.BLOCK: "mail.block",
    }
    return [url_for(endpoint, token=link_token(comment, purpose)) for purpose, endpoint in pages.items()]


def _moderators(comment: Comment, token: str) -> list[PageKind]:
    return [
        PageKind("moderation/login.html", url_for("moderation.login")),
        PageKind("moderation/queue.html", url_for("moderation.queue"), is_moderators=True),
        PageKind("moderation/queue.html", url_for("moderation.queue", status="approved"), is_moderators=True),
        PageKind("moderation/queue.html", url_for("moderation.queue", status="rejected"), is_moderators=True),
        PageKind("moderation/queue.html", url_for("moderation.queue", status="spam"), is_moderators=True),
        PageKind("moderation/queue.html", url_for("moderation.queue", network=comment.id), is_moderators=True),
        PageKind("moderation/queue.html", url_for("moderation.queue", q="nothing-like-this"), is_moderators=True),
        PageKind("moderation/comment.html", url_for("moderation.comment", comment_id=comment.id), is_moderators=True),
        PageKind("moderation/log.html", url_for("moderation.log"), is_moderators=True),
        PageKind("moderation/statistics.html", url_for("moderation.statistics"), is_moderators=True),
        PageKind("moderation/site.html", url_for("moderation.site"), is_moderators=True),
        PageKind("moderation/authenticator.html", url_for("moderation.authenticator"), is_moderators=True),
        PageKind("moderation/account.html", url_for("moderation.account"), is_moderators=True),
        PageKind("moderation/reasons.html", url_for("moderation.reasons"), is_moderators=True),
        PageKind("moderation/rules.html", url_for("moderation.rules"), is_moderators=True),
        PageKind("moderation/edit.html", url_for("moderation.edit", comment_id=comment.id), is_moderators=True),
        PageKind("moderation/rule.html", url_for("moderation.new_rule", comment=comment.id), is_moderators=True),
        PageKind(
            "moderation/rule.html",
            url_for("moderation.new_rule", kind="domain", text="example.org", action="block"),
            is_moderators=True,
        ),
        PageKind("moderation/accounts.html", url_for("moderation.accounts"), is_moderators=True),
        PageKind("moderation/account_log.html", url_for("moderation.account_log"), is_moderators=True),
        PageKind("moderation/invitation.html", url_for("moderation.invitation", token=token)),
        PageKind("moderation/invitation.html", url_for("moderation.invitation", token="used"), status=410),
    ]
