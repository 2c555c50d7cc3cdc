"""What stands in each cell of a picture, and how it looks there."""

import re
from dataclasses import dataclass, replace
from html import unescape

_STYLE = re.compile(r"\.(terminal-\d+-r\d+) \{ ([^}]*) \}")
_RECT = re.compile(
    r'<rect fill="#([0-9a-f]{6})" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+" '
    r'shape-rendering="crispEdges"/>'
)
_TEXT = re.compile(
    r'<text class="(terminal-\d+-r\d+)" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', re.S
)
_FILL = re.compile(r"fill: #([0-9a-f]{6})")
_WIDTH, _HEIGHT, _BASELINE, _TOP = 12.2, 24.4, 20.0, 1.5
_PAPER = "11161d"
"""What is below everything, six hexadecimal digits."""
_ATTRIBUTES = {"font-weight: bold": "1", "font-style: italic": "3", "underline": "4"}
"""What stands in the style of a text, and the terminal's number for it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One character on its background."""

    text: str = " "
    ink: str = _PAPER
    """Six hexadecimal digits."""
    paper: str = _PAPER
    attributes: tuple[str, ...] = ()
    """Numbers of SGR, the terminal's sequence for looks."""

    @property
    def look(self) -> str:
        """The sequence that makes what follows look so."""
        numbers = ("0", *self.attributes, _colour(38, self.ink), _colour(48, self.paper))
        return f"\x1b[{';'.join(numbers)}m"


Row = tuple[Cell, ...]


def cells(svg: str, columns: int, rows: int) -> tuple[Row, ...]:
    """Every cell of a picture, row by row."""
    grid = [[Cell()] * columns for _ in range(rows)]
    for paper, x, y, width in _RECT.findall(svg):
        row = round((float(y) - _TOP) / _HEIGHT)
        start, end = round(float(x) / _WIDTH), round((float(x) + float(width)) / _WIDTH)
        for column in range(start, min(end, columns)):
            grid[row][column] = replace(grid[row][column], paper=paper)
    looks = dict(_STYLE.findall(svg))
    for name, x, y, text in _TEXT.findall(svg):
        row = round((float(y) - _BASELINE) / _HEIGHT)
        _write(grid[row], round(float(x) / _WIDTH), unescape(text), looks[name])
    return tuple(map(tuple, grid))


def row_text(row: Row) -> str:
    """A row as a terminal is told to draw it; a look is named where it changes."""
    parts, look = [], ""
    for cell in row:
        if cell.look != look:
            look = cell.look
            parts.append(look)
        parts.append(cell.text)
    return "".join(parts)


def _write(row: list[Cell], start: int, text: str, style: str) -> None:
    ink = _FILL.search(style)
    attributes = tuple(number for word, number in _ATTRIBUTES.items() if word in style)
    for column, sign in enumerate(text.replace("\N{NO-BREAK SPACE}", " "), start):
        if column < len(row):
            row[column] = Cell(sign, ink[1] if ink else _PAPER, row[column].paper, attributes)


def _colour(number: int, digits: str) -> str:
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return f"{number};2;{red};{green};{blue}"
