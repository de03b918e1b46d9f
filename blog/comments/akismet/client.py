"""One request to Akismet (https://akismet.com/developers/detailed-docs/)."""

from collections.abc import Mapping
from dataclasses import dataclass

from blog.comments.signals.models import RequestKind
from blog.fetch.client import Client
from blog.fetch.limits import Limits

SERVER = "https://rest.akismet.com"
# One try: requests are rows, and the worker sends them again later.
LIMITS = Limits(connect=5, read=10, request=15, size=10_000, tries=1)

PATHS = {
    RequestKind.CHECK: "/1.1/comment-check",
    RequestKind.SPAM: "/1.1/submit-spam",
    RequestKind.HAM: "/1.1/submit-ham",
}


class AkismetFailed(Exception):
    """Akismet did not answer as documented. The message quotes the answer, and never contains the key."""


@dataclass(frozen=True)
class Opinion:
    """Akismet's answer about a comment."""

    is_spam: bool
    is_certain: bool = False
    """Akismet advises to discard the comment (header ``X-akismet-pro-tip``)."""


def ask(
    key: str, action: RequestKind, fields: Mapping[str, str], server: str = SERVER, limits: Limits = LIMITS
) -> Opinion | None:
    """Return Akismet's opinion of a comment, or ``None`` when ``action`` only reports spam or ham.

    :raises AkismetFailed: the answer is not one that Akismet documents.
    :raises blog.fetch.errors.FetchError: there was no answer.
    """
    with Client(server, limits=limits) as client:
        answer = client.post_form(server + PATHS[action], {"api_key": key, **fields})
    text = answer.body.decode("utf-8", "replace").strip()
    is_check = action is RequestKind.CHECK
    # Akismet answers a wrong key or a missing field with the status 200, too. Only the text tells.
    if not (text in {"true", "false"} if is_check else text.startswith("Thanks")):
        raise AkismetFailed(_trouble(text, answer.headers))
    return Opinion(text == "true", answer.headers.get("x-akismet-pro-tip") == "discard") if is_check else None


def _trouble(text: str, headers: Mapping[str, str]) -> str:
    if text == "invalid":
        return "Akismet does not accept the key; check BLOG_AKISMET_KEY and BLOG_URL"
    hint = headers.get("x-akismet-debug-help", "") or headers.get("x-akismet-alert-msg", "")
    return f"Akismet answered “{text[:60]}”{f' ({hint[:120]})' if hint else ''}"
