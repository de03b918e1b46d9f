"""What the classifier learns from a text."""

import pytest

from blog.comments.signals.text import text_of
from blog.comments.signals.tokens import FEATURE, MAX_TOKENS, tokens_of


def word_tokens(text: str) -> set[str]:
    return {token for token in tokens_of(text_of(f"<p>{text}</p>"), "") if not token.startswith(FEATURE)}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("A fine kettle, I say", {"fine", "kettle", "say"}),
        ("在线赌场", {"在线", "线赌", "赌场"}),
        ("おいしい お茶", {"おい", "いし", "しい", "いお", "お茶"}),
        ("a 茶 b 水 2", set()),
        ("casino 赌场 bonus", {"casino", "赌场", "bonus"}),
    ],
)
def test_neighbouring_characters_are_learned_where_no_spaces_part_words(text: str, tokens: set[str]) -> None:
    assert word_tokens(text) == tokens


def test_thai_is_learned() -> None:
    assert word_tokens("คาสโน") == {"คา", "าส", "สโ", "โน"}


def test_a_long_text_has_no_more_tokens_than_others() -> None:
    assert len(word_tokens("".join(map(chr, range(0x4E00, 0x4E00 + 2 * MAX_TOKENS))))) < MAX_TOKENS
