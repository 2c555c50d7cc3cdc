"""A script cut into statements where PostgreSQL itself would cut it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cockpit.errors import MigrationError

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

    from cockpit.sql.grammar import GrammarError


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it stands in its file."""

    sql: str
    """From its first token to its last: no semicolon, no comments around it."""
    line: int
    """Of its first character in the file, from 1."""
    column: int
    """In characters, from 1."""
    kind: str
    """`ALTER TABLE`, `CREATE INDEX CONCURRENTLY`, `BEGIN`, ..."""
    path: str
    node: "Node" = field(repr=False, compare=False)
    """libpg_query's tree. Its locations are bytes of the whole script."""


class Places:
    """Bytes of a text as lines and columns of the file it stands in."""

    def __init__(self, text: bytes, first_line: int) -> None:
        self._text = text
        self._first_line = first_line
        self._starts = [0, *(match.end() for match in re.finditer(b"\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column from 1, the column in characters."""
        index = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[index] : offset]
        return self._first_line + index, len(before.decode(errors="replace")) + 1


def split(
    script: str, *, path: str, first_line: int = 1, parameters: Sequence[str] = ()
) -> tuple[Statement, ...]:
    """Every statement of a script; none for comments and empty statements.

    `parameters` are names that may stand as `:name`, as a backfill's `:from` and `:to` do. Raises
    `MigrationError` at the line and column of what PostgreSQL's grammar refuses.
    """
    from cockpit.sql import grammar
    from cockpit.sql.kind import kind_of
    from cockpit.sql.parameters import blanked

    text = _encoded(script.removeprefix("\N{BYTE ORDER MARK}"), path)
    places = Places(text, first_line)
    try:
        found = grammar.spans(blanked(text, parameters))
    except grammar.GrammarError as error:
        raise _refusal(error, text, places, path) from error
    return tuple(
        Statement(
            text[span.start : span.end].decode(),
            *places.at(span.start),
            kind_of(span.node),
            path,
            span.node,
        )
        for span in found
    )


def _encoded(script: str, path: str) -> bytes:
    try:
        return script.encode()
    except UnicodeEncodeError as error:
        raise MigrationError("the text is not valid Unicode", path=path) from error


def _refusal(error: "GrammarError", text: bytes, places: Places, path: str) -> MigrationError:
    line, column = places.at(error.offset)
    words, next_step = _explained(error, text)
    return MigrationError(words, path=path, line=line, column=column, next_step=next_step)


def _explained(error: "GrammarError", text: bytes) -> tuple[str, str]:
    """What is wrong in words, and what to do."""
    for start, words in _UNTERMINATED.items():
        if error.message.startswith(start):
            return words, "Close it."
    needs = _needs_psql(text, error.offset) if error.message.startswith("syntax error") else None
    return needs or (error.message, "")


_UNTERMINATED = {
    "unterminated quoted string": "a quoted string begins here and never ends",
    "unterminated quoted identifier": "a quoted name begins here and never ends",
    "unterminated dollar-quoted string": "a dollar-quoted string begins here and never ends",
    "unterminated /* comment": "a /* comment begins here and never ends",
    "unterminated hexadecimal string": "a hexadecimal string begins here and never ends",
    "unterminated bit string": "a bit string begins here and never ends",
}


_META = re.compile(rb"\\[A-Za-z!?;]+")
_VARIABLE = re.compile(rb""":(?:["']\w+["']|\{\?\w+\}|\w+)""")
_INLINE_DATA = re.compile(rb"\bfrom\s+stdin\b[^;]*;", re.IGNORECASE)


def _needs_psql(text: bytes, offset: int) -> tuple[str, str] | None:
    """What only psql could run: a meta command, a variable, data of a COPY."""
    if meta := _META.match(text, offset):
        word = meta.group().decode()
        return f"{word} needs psql", "Write it as SQL, or run this file with psql."
    if variable := _VARIABLE.match(text, offset):
        word = variable.group().decode(errors="replace")
        return f"the variable {word} needs psql", "Write its value, or run this file with psql."
    if _INLINE_DATA.search(text, 0, offset):
        return "data of a COPY ... FROM stdin needs psql", "Write the rows as INSERT."
    return None
