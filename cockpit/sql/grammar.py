"""PostgreSQL's own grammar (libpg_query), made safe for text of any shape.

Offsets are bytes of UTF-8, from 0. Two limits of the bindings are dealt with here: they hand
text over as a C string, which ends at the first NUL, and they decode the tree with protobuf's
default depth of 100, which forty-eight `||` in one expression exceed.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast

from cockpit.sql.nesting import first_below
from cockpit.sql.token import Token

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

DEEPEST = 3_000
"""Chained operators that are still read. libpg_query and protobuf recurse in C: far beyond it they
overflow the stack of a thread and take the process with them."""

_COMMENTS = frozenset({postgast.pg_query_pb2.SQL_COMMENT, postgast.pg_query_pb2.C_COMMENT})
_SEMICOLON = postgast.pg_query_pb2.ASCII_59


class GrammarError(Exception):
    """The grammar refuses the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        """Byte of the text it points at, from 0; its length for the end of the text."""


@dataclass(frozen=True, slots=True)
class Span:
    """One statement: from its first token to its last, and its tree."""

    start: int
    end: int
    node: "Node"


def tokens(text: bytes) -> tuple[Token, ...]:
    """What PostgreSQL's scanner sees, comments left out. Raises `GrammarError`."""
    return tuple(token for token in _scanned(text) if token.code not in _COMMENTS)


def comments(text: bytes) -> tuple[bytes, ...]:
    """Every comment, with its dashes or stars. Raises `GrammarError`."""
    found = (token for token in _scanned(text) if token.code in _COMMENTS)
    return tuple(text[token.start : token.end] for token in found)


def _scanned(text: bytes) -> tuple[Token, ...]:
    _refuse_nul(text)
    try:
        found = postgast.scan(text.decode()).tokens
    except postgast.PgQueryError as error:
        raise _told(error, text) from error
    return tuple(Token(token.start, token.end, int(token.token)) for token in found)


def spans(text: bytes) -> tuple[Span, ...]:
    """Every statement of the text, in order. Raises `GrammarError`."""
    found = tokens(text)
    _refuse_depth(text, found)
    try:
        parsed = postgast.parse(text.decode()).stmts
    except postgast.PgQueryError as error:
        raise _told(error, text) from error
    ends = [raw.stmt_location + raw.stmt_len if raw.stmt_len else len(text) for raw in parsed]
    bounds = _outer_tokens(found, ends)
    return tuple(
        Span(first.start, last.end, raw.stmt)
        for raw, (first, last) in zip(parsed, bounds, strict=True)
    )


def _outer_tokens(found: tuple[Token, ...], ends: list[int]) -> Iterator[tuple[Token, Token]]:
    """First and last token of each statement; the semicolons between them belong to none."""
    position = 0
    for end in ends:
        while found[position].code == _SEMICOLON:
            position += 1
        first = found[position]
        while position < len(found) and found[position].start < end:
            position += 1
        yield first, found[position - 1]


def _refuse_nul(text: bytes) -> None:
    nul = text.find(b"\0")
    if nul >= 0:
        raise GrammarError("a NUL byte, which PostgreSQL does not accept in SQL", nul)


def _refuse_depth(text: bytes, found: tuple[Token, ...]) -> None:
    deep = first_below(found, DEEPEST) if len(text) > DEEPEST else None
    if deep:
        raise GrammarError("an expression that nests too deep to be read safely", deep.start)


def _told(error: postgast.PgQueryError, text: bytes) -> GrammarError:
    """The library points at a character, from 1, and says 0 when it does not know."""
    before = text.decode()[: max(error.cursorpos - 1, 0)]
    return GrammarError(error.message, len(before.encode()))


def _allow_depth() -> None:
    """Lift protobuf's depth limit, where its fast implementation is in use."""
    importlib.import_module("google._upb._message").SetAllowOversizeProtos(True)


_allow_depth()
