"""Text from outside is normalised in linear time, and only in one place."""

import ast
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import blog
from blog.unicode import LONG_RUN, MAX_MARKS, Form, has_visible_text, normalize, sanitize_text

FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
MARKS = "\u0300\u0316\u0344\u0f73\u0f75\u0f81\uff9e\uff9f\u302e\u3099\u05b0"
MARKED = st.text(alphabet=f"ae가\u0958ữ{MARKS}—", min_size=1, max_size=200)


def longest_run(text: str) -> int:
    longest = run = 0
    for character in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


def test_only_one_file_normalises() -> None:
    root = Path(blog.__file__).parent
    callers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in {"normalize", "is_normalized"} and _is_unicodedata(node))
        or (isinstance(node, ast.ImportFrom) and node.module == "unicodedata" and _imports_normalize(node))
    }
    assert callers == {"unicode.py"}


def _imports_normalize(node: ast.ImportFrom) -> bool:
    return not {"normalize", "is_normalized"}.isdisjoint(name.name for name in node.names)


def _is_unicodedata(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "unicodedata"


def test_every_character_that_decomposes_to_a_mark_is_counted() -> None:
    assert LONG_RUN.pattern.endswith("{12}")
    for number in range(sys.maxunicode + 1):
        if 0xD800 <= number < 0xE000:
            continue
        character = chr(number)
        if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
            assert LONG_RUN.match(character * 12), hex(number)


@given(MARKED)
def test_no_character_has_more_than_thirty_marks(text: str) -> None:
    for form in FORMS:
        assert longest_run(normalize(form, text)) <= MAX_MARKS
        assert unicodedata.is_normalized(form, normalize(form, text))


@given(st.text(max_size=200))
def test_ordinary_text_is_normalised_as_python_does(text: str) -> None:
    if longest_run(text) <= MAX_MARKS:
        for form in FORMS:
            assert normalize(form, text) == unicodedata.normalize(form, text)


@given(MARKED | st.text(max_size=200))
def test_sanitizing_twice_changes_nothing(text: str) -> None:
    assert sanitize_text(sanitize_text(text)) == sanitize_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0300" * 60_000 + "\u0316" * 60_000,
        "\u0f73" * 120_000,
        "\uff9e\u0316" * 60_000,
        ("a" + "\u0300\u0316" * 20) * 3_000,
    ],
    ids=["two classes", "Tibetan", "half-width", "many short runs"],
)
def test_a_hundred_thousand_marks_are_fast(text: str) -> None:
    for form in FORMS:
        start = time.process_time()
        normalize(form, text)
        assert time.process_time() - start < 1  # 26 to 150 seconds without the cap


def test_text_is_sanitized() -> None:
    assert sanitize_text("a\r\nb\rc\td\x00\x1b\x85\u202e\u2066\ufeff\ud800e\u0301") == "a\nb\nc\tdé"
    assert sanitize_text("👩‍🚀 می‌خواهم") == "👩‍🚀 می‌خواهم"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3164", "\u2800", "\ufe0f", "\u0301", "\u200b", "\u00ad\u2060", "\U000e0041", "\ue000", "\u034f"],
)
def test_blank_characters_show_nothing(text: str) -> None:
    assert not has_visible_text(text)
    assert has_visible_text(f"{text}x")


@pytest.mark.parametrize("text", ["é", "\u200fשלום", "你", "🙂", "!", "…", "\u0e01", "+1", "👩‍🚀", "ｱ", "\U0001fae9"])
def test_letters_punctuation_and_emoji_are_visible(text: str) -> None:
    assert has_visible_text(text)
