"""Finds the shop's redirects that lead to an article."""

import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

from blog.sources.shopify.graphql import AccessDenied, GraphQLClient
from blog.sources.shopify.queries import REDIRECTS

PAGE = 250
"""Shopify's maximum page size."""
TARGETS = 50
"""Targets in one query."""


class ShopRedirects:
    """The redirects of a shop. They are searched by target, because a shop may have thousands."""

    def __init__(self, graphql: GraphQLClient) -> None:
        self._graphql = graphql
        self.are_seen = True
        """False once Shopify has denied access; then no more queries are sent."""

    def former_paths(self, addresses: Iterable[str]) -> Mapping[str, list[str]]:
        """The paths that redirect to each of ``addresses``, directly or through other redirects: each rename adds one.

        :raises SourceUnavailable: Shopify cannot answer, except when the token lacks the scope (see ``are_seen``).
        """
        ends = {unquote(address): address for address in addresses}
        former: dict[str, list[str]] = {}
        asked = list(ends)
        while asked and self.are_seen:
            found, asked = list(self._to(asked)), []
            for path, target in found:
                end, step = ends.get(unquote(target)), unquote(path)
                # Redirects may form a circle, when an article takes a former handle back. Each is followed once.
                if end is not None and step not in ends:
                    ends[step] = end
                    former.setdefault(end, []).append(path)
                    asked.append(step)
        return former

    def _to(self, targets: list[str]) -> Iterator[tuple[str, str]]:
        """Paths and targets of the redirects to ``targets``; Shopify's search may add some with similar targets."""
        for start in range(0, len(targets), TARGETS):
            # A target may be stored percent-encoded or not, and the search does not take these spellings for the same.
            spelled = {form: None for target in targets[start : start + TARGETS] for form in (target, quote(target))}
            wanted = " OR ".join(f"target:{json.dumps(form, ensure_ascii=False)}" for form in spelled)
            try:
                for _, redirects in self._graphql.pages("urlRedirects", REDIRECTS, first=PAGE, query=wanted):
                    with self._graphql.reading():
                        found = [(redirect.text("path"), redirect.text("target")) for redirect in redirects]
                    yield from found
            except AccessDenied:
                self.are_seen = False
                return
