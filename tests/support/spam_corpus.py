"""Real spam: the messages of the UCI SMS Spam Collection, which ``tests/prepare`` takes from a Python package.

https://archive.ics.uci.edu/dataset/228/sms+spam+collection (Almeida and Gómez Hidalgo, CC BY 4.0).
"""

from pathlib import Path
from typing import NamedTuple

from tests.support.requirements import unavailable

FILE = Path(__file__).resolve().parents[2] / ".venv" / "spam-corpus" / "messages.tsv"
LABELS = ("ham", "spam")


class Message(NamedTuple):
    is_spam: bool
    text: str


def messages() -> list[Message]:
    """Every message once, in the order of the collection, which is random. About one in eight is spam."""
    if not FILE.is_file():
        unavailable("The collection of spam is missing; tests/prepare fetches it")
    lines = (line.partition("\t") for line in FILE.read_text(encoding="utf-8", errors="replace").splitlines())
    return list(dict.fromkeys(Message(label == "spam", text) for label, _, text in lines if label in LABELS))
