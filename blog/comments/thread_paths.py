"""The place of a reply in its thread, stored as a path of ids. Sorting by path gives the order of reading."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from blog.comments.models import MAX_DEPTH, PATH_DIGITS, Comment


def add_comments(session: Session, comments: Collection[Comment], parent: Comment | None) -> None:
    """Insert ``comments`` as replies to ``parent``, or without one."""
    if parent is not None:
        for comment in comments:
            comment.parent_id = parent.id
            comment.root_id = parent.root_id or parent.id
            comment.depth = min(parent.depth + 1, MAX_DEPTH)
    session.add_all(comments)
    session.flush()
    if parent is not None:
        # A path ends with the comment's own id, which only the database knows.
        for comment in comments:
            comment.path = _path_below(parent) + f"{comment.id:0{PATH_DIGITS}}"
        session.flush()


def path_ids(path: str) -> list[int]:
    """The ids in ``path``, from just below the root to the comment itself."""
    return [int(path[start : start + PATH_DIGITS]) for start in range(0, len(path), PATH_DIGITS)]


def ancestor_ids(parent_id: int | None, root_id: int | None, path: str) -> set[int]:
    """The ids of the parent, of the root and of all comments in ``path`` but the last, which is the comment itself."""
    # The parent of a reply at the greatest depth is not in the path.
    ids = {parent_id, root_id, *path_ids(path)[:-1]}
    return {id_ for id_ in ids if id_ is not None}


def _path_below(parent: Comment) -> str:
    # At the greatest depth, a reply becomes a sibling of its parent.
    is_deepest = parent.depth >= MAX_DEPTH
    return parent.path[:-PATH_DIGITS] if is_deepest else parent.path
