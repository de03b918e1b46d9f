"""The numbers of pages in addresses of listings, and the 404 for those that do not exist."""

from flask import abort, request

from blog.articles.listing import MAX_PAGE, Page


def page_number(most: int = MAX_PAGE) -> int:
    """Return the page number from the query string, or 1 if it has none.

    :raises NotFound: it is not a whole number from 1 to ``most``.
    """
    asked = request.args.get("page", "1")
    # Nine digits are enough to exceed `most`; int() of a very long text would raise ValueError.
    if not asked.isascii() or not asked.isdecimal() or not 1 <= int(asked[:9]) <= most:
        abort(404)
    return int(asked[:9])


def refuse_empty(page: Page, *, including_first: bool = False) -> None:
    """Refuse a page without articles. The first page may be empty, unless ``including_first``.

    :raises NotFound: the page has no articles.
    """
    if not page.articles and (page.number > 1 or including_first):
        abort(404)
