"""URL rules that are compiled only once for all applications of a test run."""

from operator import attrgetter
from typing import Any

from werkzeug.routing import Rule

HASHABLE = attrgetter(
    "rule", "endpoint", "subdomain", "host", "build_only", "strict_slashes", "merge_slashes", "redirect_to", "alias",
    "websocket",
)  # fmt: skip
"""Returns the arguments of a rule, but for two that cannot be hashed."""
_compiled: dict[tuple[Any, ...], dict[str, Any]] = {}


class CompiledOnce(Rule):
    """A rule that shares its compiled form with all equal rules.

    Compiling the rules takes two thirds of the time of creating an application.
    """

    def compile(self) -> None:
        assert self.map is not None
        own = (*HASHABLE(self), frozenset(self.methods or ()), repr(self.defaults))
        alike = (own, tuple(self.map.converters.items()), self.map.host_matching)
        if alike not in _compiled:
            super().compile()
            _compiled[alike] = {name: value for name, value in vars(self).items() if name != "map"}
        vars(self).update(_compiled[alike])
