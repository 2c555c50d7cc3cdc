"""A line of text in roles: what is said and what it is, never which colour it has."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells, set_cell_size

Span = tuple[str, str]
"""Text and its role; an empty role is plain text."""

ROLES = (
    "muted", "strong", "key", "acts", "off", "title", "tag", "rule",
    "pending", "running", "drifted", "missing", "failed", "late", "good",
    "high", "medium", "low",
    "keyword", "literal", "remark", "add", "remove",
    "local", "dev", "staging", "protected", "armed", "notice",
)  # fmt: skip
"""Every role there is; each theme gives each a look, and each reads without one."""

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Line:
    """One row, with an optional part that sticks to the right edge."""

    spans: tuple[Span, ...] = ()
    tail: tuple[Span, ...] = ()
    hang: int = 0
    """How far the following rows are indented when the line is wrapped."""

    @property
    def plain(self) -> str:
        """The words alone."""
        return "".join(text for text, _ in (*self.spans, *self.tail))

    @property
    def width(self) -> int:
        """Cells the line wants."""
        return sum(cell_len(text) for text, _ in (*self.spans, *self.tail))

    def fitted(self, width: int) -> tuple[Span, ...]:
        """Spans of exactly that many cells: cut with an ellipsis or padded; the tail survives."""
        tail_width = sum(cell_len(text) for text, _ in self.tail)
        if tail_width >= width:
            return cut((*self.spans, *self.tail), width)
        return (*cut(self.spans, width - tail_width), *self.tail)

    def wrapped(self, width: int) -> "tuple[Line, ...]":
        """The same words on as many rows as they need; broken at spaces where there is one."""
        if self.width <= width or width <= self.hang + 4:
            return (self,)
        return tuple(_wrap((*self.spans, *self.tail), width, self.hang))


def line(*parts: str | Span, tail: Iterable[Span] = (), hang: int = 0) -> Line:
    """A line of strings and (text, role) pairs."""
    spans = tuple((part, "") if isinstance(part, str) else part for part in parts)
    return Line(spans, tuple(tail), hang)


def cut(spans: Iterable[Span], width: int) -> tuple[Span, ...]:
    """Exactly `width` cells: the rest replaced by an ellipsis, or padded with spaces."""
    kept: list[Span] = []
    left = width
    pieces = [span for span in spans if span[0]]
    for position, (text, role) in enumerate(pieces):
        size = cell_len(text)
        if size < left or (size == left and position == len(pieces) - 1):
            kept.append((text, role))
            left -= size
            continue
        if left > 0:
            kept.append((set_cell_size(text, left - 1) + ELLIPSIS, role))
        return tuple(kept)
    return (*kept, (" " * left, "")) if left else tuple(kept)


def middle_cut(text: str, width: int) -> str:
    """Both ends of a text too long for `width` cells; names differ at either end."""
    if cell_len(text) <= width or width < 3:
        return set_cell_size(text, width).rstrip() if cell_len(text) > width else text
    head = (width - 1 + 1) // 2
    return text[:head] + ELLIPSIS + text[len(text) - (width - 1 - head) :]


def _wrap(spans: tuple[Span, ...], width: int, hang: int) -> Iterable[Line]:
    row: list[Span] = []
    used = 0
    for text, role in _words(spans):
        for piece in chop_cells(text, width - hang) if cell_len(text) > width - hang else [text]:
            size = cell_len(piece.rstrip())
            if used + size > width and row:
                yield Line(_stripped(row), hang=hang)
                row, used = [(" " * hang, "")] if hang else [], hang
                piece = piece.lstrip() if piece.strip() else ""
            row.append((piece, role))
            used += cell_len(piece)
    if any(text.strip() for text, _ in row):
        yield Line(_stripped(row), hang=hang)


def _stripped(row: list[Span]) -> tuple[Span, ...]:
    """Without the space that the break has made superfluous."""
    text, role = row[-1]
    return (*row[:-1], (text.rstrip(), role))


def _words(spans: Iterable[Span]) -> Iterable[Span]:
    """Words with the spaces that follow them."""
    for text, role in spans:
        start = 0
        for end in range(1, len(text)):
            if text[end - 1] == " " and text[end] != " ":
                yield text[start:end], role
                start = end
        if text[start:]:
            yield text[start:], role
