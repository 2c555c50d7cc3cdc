"""Text that came from outside cannot move the cursor, reorder a line or hide itself."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.present.harmless import harmless, harmless_block


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x07b\x7f", "a\\x07b\\x7f"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("\x9b2J", "\\x9b2J"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ufeffbom", "\\ufeffbom"),
        ("lone \udce9", "lone \\udce9"),
        ("\U000e0041tag", "\\U000e0041tag"),
        ("para\u2029graph", "para\\u2029graph"),
    ],
)
def test_a_hostile_character_is_shown_by_name(hostile: str, shown: str) -> None:
    assert harmless(hostile) == shown


@pytest.mark.parametrize(
    "text", ["orders", "Größe", "注文", "\u0645\u0647\u0627\u200c\u0647\u0627", "👩\u200d💻", "a b"]
)
def test_ordinary_text_of_any_script_is_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_a_block_keeps_its_lines_and_nothing_else() -> None:
    assert harmless_block("SELECT\t1;\r\n\x1b[2J\rx\n") == "SELECT    1;\n\\x1b[2J\\rx\n"


@given(st.text(st.characters()))
def test_one_line_is_always_printable_and_encodable(text: str) -> None:
    shown = harmless(text)
    shown.encode("utf-8")
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(c) for c in shown}


@given(st.text(st.characters()))
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)
