"""A film as an asciinema recording: `asciinema play rollback.cast`, or `cat` at leisure.

Version 2 of the format: https://docs.asciinema.org/manual/asciicast/v2/. Only rows that have
changed are drawn again.
"""

import json
from collections.abc import Iterable, Iterator

from cockpit.demo.cells import Cell, Row, cells, row_text
from cockpit.demo.film import Frame

_CAPTION_INK, _CAPTION_PAPER = "f0e442", "0b0e12"
_BEGIN = "\x1b[?25l\x1b[2J"
"""No cursor, nothing on the screen."""
_END = "\x1b[0m\x1b[?25h"


def cast(frames: Iterable[Frame], columns: int, rows: int, title: str) -> str:
    """The recording, one JSON value a line; one row more than the screen, for the key pressed."""
    header = {"version": 2, "width": columns, "height": rows + 1, "title": title}
    told = [header, *_events(frames, columns, rows)]
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in told)


def _events(frames: Iterable[Frame], columns: int, rows: int) -> Iterator[tuple[float, str, str]]:
    shown: list[Row | None] = [None] * (rows + 1)
    at, lead = 0.0, _BEGIN
    for frame in frames:
        wanted = (*cells(frame.svg, columns, rows), _caption(frame.caption, columns))
        drawn = "".join(
            f"\x1b[{number};1H{row_text(row)}"
            for number, (row, before) in enumerate(zip(wanted, shown, strict=True), 1)
            if row != before
        )
        if lead or drawn:
            yield round(at, 3), "o", lead + drawn
        shown, lead = list(wanted), ""
        at += frame.seconds
    yield round(at, 3), "o", _END


def _caption(words: str, columns: int) -> Row:
    text = words[:columns].center(columns)
    return tuple(Cell(sign, _CAPTION_INK, _CAPTION_PAPER, ("1",)) for sign in text)
