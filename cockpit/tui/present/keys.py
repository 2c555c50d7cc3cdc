"""Keys as people read them, and the row of hints at the bottom of every screen."""

from dataclasses import dataclass

from cockpit.tui.present.line import Line, Span

_NAMES = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "pgup",
    "pagedown": "pgdn",
}

Spot = tuple[int, int, str]
"""First column, the one after the last, the action's id."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One key in the row."""

    action: str
    key: str
    title: str
    enabled: bool = True


def key_name(key: str) -> str:
    """`?` for `question_mark`; the first of several keys."""
    first = key.split(",")[0] if key != "," else key
    return _NAMES.get(first, first)


def key_bar(
    looks: tuple[Hint, ...], acts: tuple[Hint, ...], width: int
) -> tuple[Line, tuple[Spot, ...]]:
    """The row and where each hint stands. Acts survive longest; looks go from the right."""
    kept = list(looks)
    while kept and _width(kept) + _width(acts) + 3 > width:
        kept.pop()
    left, left_spots = _laid(kept, 1)
    right, right_spots = _laid(acts, width - _width(acts) - 1)
    return Line(((" ", ""), *left), (*right, (" ", ""))), (*left_spots, *right_spots)


def _width(hints: "list[Hint] | tuple[Hint, ...]") -> int:
    return sum(len(h.key) + len(h.title) + 3 for h in hints)


def _laid(hints: "list[Hint] | tuple[Hint, ...]", column: int) -> tuple[list[Span], list[Spot]]:
    spans: list[Span] = []
    spots: list[Spot] = []
    for hint in hints:
        act = hint.key.isalpha() and hint.key.isupper()
        look = ("acts" if act else "key") if hint.enabled else "off"
        spans += [(hint.key, look), (f" {hint.title}  ", "" if hint.enabled else "off")]
        size = len(hint.key) + len(hint.title) + 3
        spots.append((column, column + size - 2, hint.action))
        column += size
    return spans, spots
