"""Checks the number of comments that is stored with each article."""

from collections.abc import Iterator

from blog.comments.counts import articles_with_wrong_counts
from blog.doctor.findings import Finding, good, warning
from blog.extensions import db

WRONG_COUNTS_NAMED = 3


def check_comments() -> Iterator[Finding]:
    """Check the stored comment counts of articles."""
    wrong = articles_with_wrong_counts(db.session(), WRONG_COUNTS_NAMED)
    if wrong:
        what = f"some articles count their comments wrongly, such as {', '.join(wrong)}; run: blog comments recount"
        yield warning("comments", what)
    else:
        yield good("comments", "the counts are right")
