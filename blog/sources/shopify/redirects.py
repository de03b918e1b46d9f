"""Redirects within a shop: which paths lead to an article's address."""

import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

from blog.sources.shopify.graphql import AccessDenied, GraphQLClient
from blog.sources.shopify.queries import REDIRECTS

PAGE = 250
"""The most that Shopify lists at once."""
TARGETS = 50
"""Targets in one question."""


class ShopRedirects:
    """The redirects of the shop behind ``graphql``. They are looked for by their targets: a shop may have thousands."""

    def __init__(self, graphql: GraphQLClient) -> None:
        self._graphql = graphql
        self.are_seen = True
        """Whether the token may see them, as far as is known; once it may not, none is asked for."""

    def former_paths(self, addresses: Iterable[str]) -> Mapping[str, list[str]]:
        """The paths that lead to each of ``addresses``, by way of others too, since each rename adds a step.

        :raises SourceUnavailable: Shopify cannot say, for another reason than that the token lacks the scope.
        """
        ends = {unquote(address): address for address in addresses}
        former: dict[str, list[str]] = {}
        asked = list(ends)
        while asked and self.are_seen:
            found, asked = list(self._to(asked)), []
            for path, target in found:
                end, step = ends.get(unquote(target)), unquote(path)
                if end is not None and step not in ends:
                    ends[step] = end
                    former.setdefault(end, []).append(path)
                    asked.append(step)
        return former

    def _to(self, targets: list[str]) -> Iterator[tuple[str, str]]:
        """Paths and targets of the redirects to ``targets``, and of some that Shopify’s search finds alike."""
        for start in range(0, len(targets), TARGETS):
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
