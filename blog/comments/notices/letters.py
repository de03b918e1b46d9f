"""The texts of the mails, in the site's language.

No mail repeats the text of a comment: spam that is quoted in mails gets mail servers onto block lists. Mails to an
address that nobody has confirmed yet repeat nothing that a commenter typed, so that spammers cannot use them.
"""

import re
from collections.abc import Sequence

from flask_babel import gettext, ngettext

from blog.comments.models import Comment, Status
from blog.comments.notices import links
from blog.comments.notices.last_checks import comment_of, parent_of
from blog.comments.receipts import token_of
from blog.mail.kinds import Letter, MailDropped
from blog.mail.models import OutboxMail
from blog.theming.site import absolute_url, date_and_time, number

LOOKS_LIKE_LINK = re.compile(r"[/@]|\w\.\w|www\b", re.IGNORECASE)


def pending(mails: Sequence[OutboxMail]) -> Letter:
    """To a moderator: the comments that wait."""
    comments = [comment_of(mail) for mail in mails]
    count = len(comments)
    if count == 1:
        subject = gettext("A comment on “%(title)s” is waiting", title=comments[0].article.title)
    else:
        subject = ngettext("%(count)s comment is waiting", "%(count)s comments are waiting", count, count=number(count))
    paragraphs = [_described(comment) + "\n" + _moderation_url(comment) for comment in comments]
    hint = gettext("The links lead to the comments. Nothing is decided before you press a button there.")
    return Letter(subject, [*paragraphs, hint, absolute_url("moderation.queue")])


def published(mails: Sequence[OutboxMail]) -> Letter:
    """To the author of an article: a comment was published."""
    comment = comment_of(mails[0])
    subject = gettext("A new comment on “%(title)s”", title=comment.article.title)
    return Letter(subject, [_described(comment), _public_url(comment)])


def confirmation(mails: Sequence[OutboxMail]) -> Letter:
    """To an unconfirmed address: a question whether its owner wants mail."""
    comment = comment_of(mails[0])
    return Letter(
        gettext("Please confirm your address for your comment"),
        [
            gettext("Somebody wrote a comment on “%(title)s” and gave this address.", title=comment.article.title),
            gettext("If that was you, open this page and press the button there:"),
            links.confirmation_url(comment),
            gettext(
                "If it was not you, ignore this mail. Unless you press the button, you get no further mail about it."
            ),
            gettext("If you never want mail from this site:"),
            links.block_url(comment),
        ],
        links.block_url(comment),
    )


def decision(mails: Sequence[OutboxMail]) -> Letter:
    """To the author of a comment: the moderator's decision."""
    comment = comment_of(mails[0])
    title = comment.article.title
    if comment.status == Status.APPROVED:
        subject = gettext("Your comment on “%(title)s” is published", title=title)
        paragraphs = [subject + ".", _public_url(comment)]
    else:
        subject = gettext("Your comment on “%(title)s” was not published", title=title)
        paragraphs = [gettext("A moderator decided against your comment on “%(title)s”.", title=title)]
        if comment.author_reason:
            paragraphs.append(gettext("The moderator’s reason: %(reason)s", reason=comment.author_reason))
    paragraphs += _receipt_lines(comment)
    return Letter(subject, [*paragraphs, *_unsubscribe_lines(comment)], links.unsubscribe_url(comment))


def reply(mails: Sequence[OutboxMail]) -> Letter:
    """To the author of a comment: somebody replied."""
    answer = comment_of(mails[0])
    comment = parent_of(answer)
    subject = gettext("A reply to your comment on “%(title)s”", title=answer.article.title)
    paragraphs = [_described(answer), _public_url(answer), *_unsubscribe_lines(comment)]
    return Letter(subject, paragraphs, links.unsubscribe_url(comment))


def receipt(mails: Sequence[OutboxMail]) -> Letter:
    """To the address of a comment: the link to its receipt."""
    comment = comment_of(mails[0])
    lines = _receipt_lines(comment)
    if not lines:
        raise MailDropped("its link was made with another secret key")
    return Letter(
        gettext("The link to your comment"),
        [
            gettext("Somebody asked for the private link to a comment on “%(title)s”.", title=comment.article.title),
            *lines,
            gettext("Anyone who has it can edit and withdraw the comment. If you did not write one, ignore this mail."),
            gettext("If you never want mail from this site:"),
            links.block_url(comment),
        ],
        links.block_url(comment),
    )


def plain_name(name: str) -> str:
    """``name``, or “somebody” if mail programs could make a link of it."""
    return gettext("Somebody") if LOOKS_LIKE_LINK.search(name) else name


def _described(comment: Comment) -> str:
    """A line with the name, article, time and length of the comment, without its text."""
    length = len(comment.body)
    return gettext(
        "%(name)s on “%(title)s”, %(time)s (%(length)s)",
        name=plain_name(comment.name),
        title=comment.article.title,
        time=date_and_time(comment.edited_at or comment.submitted_at),
        length=ngettext("%(count)s character", "%(count)s characters", length, count=number(length)),
    )


def _public_url(comment: Comment) -> str:
    return absolute_url("comments.show", slug=comment.article.slug, comment_id=comment.id)


def _moderation_url(comment: Comment) -> str:
    return absolute_url("moderation.comment", comment_id=comment.id)


def _receipt_lines(comment: Comment) -> list[str]:
    token = token_of(comment)
    if token is None:
        return []
    return [gettext("Your private link to the comment:"), absolute_url("receipts.show", token=token)]


def _unsubscribe_lines(comment: Comment) -> list[str]:
    return [gettext("No more mail about this comment:"), links.unsubscribe_url(comment)]
