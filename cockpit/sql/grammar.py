"""PostgreSQL's own grammar (libpg_query), made safe for text of any shape.

Offsets are bytes of UTF-8, from 0. Two limits of the bindings are dealt with here: they hand
text over as a C string, which ends at the first NUL, and they decode the tree with protobuf's
default depth of 100, which forty-eight `||` in one expression exceed.
"""

import importlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import postgast

from cockpit.sql.nesting import first_below
from cockpit.sql.token import Token

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

DEEPEST = 1_500
"""Chained operators that are still read. libpg_query and protobuf recurse in C: far beyond it they
overflow the stack of a thread and take the process with them."""

_COMMENTS = frozenset({postgast.pg_query_pb2.SQL_COMMENT, postgast.pg_query_pb2.C_COMMENT})
_BETWEEN = _COMMENTS | {postgast.pg_query_pb2.ASCII_59}


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
    return tuple(
        Token(token.start, token.end, int(token.token))
        for token in _scanned(text)
        if token.token not in _COMMENTS
    )


def comments(text: bytes) -> tuple[bytes, ...]:
    """Every comment, with its dashes or stars. Raises `GrammarError`."""
    found = (token for token in _scanned(text) if token.token in _COMMENTS)
    return tuple(text[token.start : token.end] for token in found)


def spans(text: bytes) -> tuple[Span, ...]:
    """Every statement of the text, in order. Raises `GrammarError`."""
    found = _scanned(text)
    codes = [token.token for token in found]
    deep = first_below(codes, DEEPEST) if len(text) > DEEPEST else None
    if deep is not None:
        words = "an expression that nests too deep to be read safely"
        raise GrammarError(words, found[deep].start)
    try:
        parsed = postgast.parse(text.decode()).stmts
    except postgast.PgQueryError as error:
        raise _told(error, text) from error
    ends = [raw.stmt_location + raw.stmt_len if raw.stmt_len else len(text) for raw in parsed]
    bounds = _outer_tokens([token.start for token in found], codes, ends)
    return tuple(
        Span(found[first].start, found[last].end, raw.stmt)
        for raw, (first, last) in zip(parsed, bounds, strict=True)
    )


def _outer_tokens(
    starts: list[int], codes: list[int], ends: list[int]
) -> Iterator[tuple[int, int]]:
    """Index of each statement's first and last token; what stands between belongs to none."""
    first = 0
    for end in ends:
        while codes[first] in _BETWEEN:
            first += 1
        following = bisect_left(starts, end, lo=first)
        last = following - 1
        while codes[last] in _BETWEEN:
            last -= 1
        yield first, last
        first = following


def _scanned(text: bytes) -> Any:
    """The scanner's tokens, comments among them, as the bindings give them."""
    nul = text.find(b"\0")
    if nul >= 0:
        raise GrammarError("a NUL byte, which PostgreSQL does not accept in SQL", nul)
    try:
        return postgast.scan(text.decode()).tokens
    except postgast.PgQueryError as error:
        raise _told(error, text) from error


def _told(error: postgast.PgQueryError, text: bytes) -> GrammarError:
    """The library points at a character, from 1, and says 0 when it does not know."""
    before = text.decode()[: max(error.cursorpos - 1, 0)]
    return GrammarError(error.message, len(before.encode()))


def _allow_depth() -> None:
    """Lift protobuf's depth limit, where its fast implementation is in use."""
    importlib.import_module("google._upb._message").SetAllowOversizeProtos(True)


_allow_depth()
