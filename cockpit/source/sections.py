"""A native file cut at its markers, before anybody asks what they mean."""

import re
from dataclasses import dataclass

from cockpit.source.marker import MARKER, Fault, Marker, read_marker

_BEFORE = re.compile(r"(?:\s++|--[^\n]*+|/\*.*?\*/)*+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """A marker and the text below it, up to the next one."""

    marker: Marker
    text: str
    line: int
    """Of the text's first character in the file, from 1."""


def cut_sections(text: str) -> tuple[tuple[Section, ...], tuple[Fault, ...]]:
    """Every section of a file, in order; what stands before the first marker must be comment."""
    markers: list[tuple[Marker, int, int]] = []
    faults: list[Fault] = []
    line, counted = 1, 0
    for found in MARKER.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        marker, told = read_marker(found, line)
        faults += told
        if marker is not None:
            markers.append((marker, found.start(), found.end()))
    ends = [*(start for _, start, _ in markers[1:]), len(text)]
    sections = tuple(
        Section(marker, text[below + 1 : end], marker.line + 1)
        for (marker, _, below), end in zip(markers, ends, strict=False)
    )
    if markers:
        faults += _preamble(text[: markers[0][1]])
    return sections, tuple(faults)


def _preamble(text: str) -> tuple[Fault, ...]:
    comment = _BEFORE.match(text)
    end = comment.end() if comment else 0
    if end >= len(text):
        return ()
    line = text.count("\n", 0, end) + 1
    column = end - text.rfind("\n", 0, end)
    words = "this stands before the first marker, so it would never run"
    return (Fault(words, line, column, "Move it below -- migrate:up."),)
