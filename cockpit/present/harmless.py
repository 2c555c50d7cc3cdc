"""Text from git, the database or the environment, made safe to draw.

Such text is data: it must not move the cursor, change colours, reorder what stands beside it or
hide a part of itself. Everything that could is replaced by its escape, `\\x1b` or `\\u202e`, in the
spelling of Python and SQL, so that a reader can name the character.
"""

import unicodedata

_LINE_BREAK = "\n"
_TAB_STOP = "    "
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, format characters (bidirectional overrides, zero width, tags), lone surrogates,
private use, unassigned, and the separators that some terminals treat as line breaks."""
_NEEDED_FORMATS = frozenset("\u00ad\u200c\u200d")
"""Soft hyphen and the joiners: spelling in several scripts needs them and they move nothing."""


def harmless(text: str) -> str:
    """One line that can be drawn anywhere; line breaks and tabs are made visible as well."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def harmless_block(text: str) -> str:
    """Several lines: line breaks stay, `\\r\\n` counts as one, a tab is four columns."""
    lines = text.replace("\r\n", _LINE_BREAK).split(_LINE_BREAK)
    return _LINE_BREAK.join(harmless(line.replace("\t", _TAB_STOP)) for line in lines)


def _visible(character: str) -> str:
    if character in _NEEDED_FORMATS:
        return character
    if unicodedata.category(character) not in _HIDDEN_CATEGORIES:
        return character
    return _escape(character)


def _escape(character: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    code = ord(character)
    if named:
        return named
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
