"""The rows of comments: the newest and earlier texts, and what the checks found."""

from blog.comments.models.comment import MAX_DEPTH, PATH_DIGITS, AuthorRole, Comment, CommentRevision
from blog.comments.models.conditions import Status, is_public
from blog.comments.models.findings import CommentSignal, CommentTrace

__all__ = [
    "MAX_DEPTH",
    "PATH_DIGITS",
    "AuthorRole",
    "Comment",
    "CommentRevision",
    "CommentSignal",
    "CommentTrace",
    "Status",
    "is_public",
]
