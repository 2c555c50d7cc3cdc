"""How deep a text's tree may nest, told from its tokens before anything recurses into it."""

from collections.abc import Iterable

from postgast import pg_query_pb2 as pb

_OPENS = frozenset({pb.ASCII_40, pb.ASCII_91, pb.CASE})
_CLOSES = frozenset({pb.ASCII_41, pb.ASCII_93, pb.END_P})
_CHAINS = frozenset(
    {
        pb.Op, pb.ASCII_37, pb.ASCII_42, pb.ASCII_43, pb.ASCII_45, pb.ASCII_47, pb.ASCII_60,
        pb.ASCII_61, pb.ASCII_62, pb.ASCII_94, pb.TYPECAST, pb.LESS_EQUALS, pb.GREATER_EQUALS,
        pb.NOT_EQUALS, pb.NOT, pb.AT, pb.IS, pb.ISNULL, pb.NOTNULL, pb.COLLATE,
    }
)  # fmt: skip
_BREAKS = frozenset({pb.ASCII_44, pb.AND, pb.OR, pb.WHEN, pb.THEN, pb.ELSE})
_JOINS = frozenset({pb.UNION, pb.EXCEPT, pb.INTERSECT, pb.JOIN})
_COUNTED = _CHAINS | _BREAKS | _JOINS
_SEMICOLON = pb.ASCII_59
_LEVELS_OF_A_BRACKET = 6
"""A subquery in brackets is about as many messages deep as six chained operators."""


class _Level:
    """What hangs below one another between two brackets."""

    def __init__(self) -> None:
        self.chain = 0
        self.joins = 0

    def take(self, code: int) -> int:
        """Count a token; returns by how much the tree may have become deeper."""
        before = self.chain + self.joins
        if code in _CHAINS:
            self.chain += 1
        elif code in _JOINS:
            self.joins += 1
        elif code in _BREAKS:
            self.chain = 0
        return self.chain + self.joins - before


def first_below(codes: Iterable[int], limit: int) -> int | None:
    """Index of the first token that may lie more than `limit` chained operators deep, if any.

    An estimate on the safe side: `1 + 2 = 3` counts two although its tree is as flat.
    """
    levels, depth = [_Level()], 0
    for index, code in enumerate(codes):
        if code in _OPENS:
            levels.append(_Level())
            depth += _LEVELS_OF_A_BRACKET
        elif code in _CLOSES and len(levels) > 1:
            closed = levels.pop()
            depth -= _LEVELS_OF_A_BRACKET + closed.chain + closed.joins
        elif code == _SEMICOLON:
            levels, depth = [_Level()], 0
        elif code in _COUNTED:
            depth += levels[-1].take(code)
        if depth > limit:
            return index
    return None
