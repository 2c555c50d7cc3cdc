"""Named parameters in a backfill's statement: `:from` and `:to`.

PostgreSQL's grammar knows numbered ones only. A name counts where the scanner sees a colon and
an identifier with nothing between them, so text in quotes, comments and `::casts` stay as they are.
"""

from collections.abc import Sequence
from itertools import pairwise

from cockpit.sql import grammar
from cockpit.sql.token import Token


def numbered(sql: str, names: Sequence[str]) -> str:
    """`:from` as `$1`, `:to` as `$2`, for the names in their order."""
    text = sql.encode()
    parts, done = [], 0
    for start, end, number in _places(text, names):
        parts += [text[done:start], b"$%d" % number]
        done = end
    return b"".join([*parts, text[done:]]).decode()


def blanked(text: bytes, names: Sequence[str]) -> bytes:
    """The text with numbered parameters and every other byte where it was: `:from` is `$0001`."""
    changed = bytearray(text)
    for start, end, number in _places(text, names):
        changed[start:end] = b"$%0*d" % (end - start - 1, number)
    return bytes(changed)


def _places(text: bytes, names: Sequence[str]) -> list[tuple[int, int, int]]:
    if not names:
        return []
    found = grammar.tokens(text)
    return [
        (colon.start, word.end, names.index(name) + 1)
        for colon, word in pairwise(found)
        if (name := _name(text, colon, word)) in names
    ]


def _name(text: bytes, colon: Token, word: Token) -> str:
    adjacent = text[colon.start : colon.end] == b":" and colon.end == word.start
    return text[word.start : word.end].decode() if adjacent else ""
