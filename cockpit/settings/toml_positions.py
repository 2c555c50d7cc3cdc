"""Where each key of a TOML text stands; `tomllib` reads values but keeps no positions.

Only texts that `tomllib` has accepted come here, so nothing is checked again.
"""

import re
from collections.abc import Iterator

Key = tuple[str, ...]
Position = tuple[int, int]
"""Line and column, from 1."""

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]\]?")
_ASSIGNMENT = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_INLINE = re.compile(rf"[{{,][ \t]*({_DOTTED})[ \t]*=")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)


def positions(text: str) -> dict[Key, Position]:
    """The place of every key and table header. Keys of inline tables are found as well."""
    found: dict[Key, Position] = {}
    for key, place in _walk(text):
        found.setdefault(key, place)
    return found


def nearest_position(found: dict[Key, Position], key: Key) -> Position:
    """The place of this key, or of the closest table around it; (1, 1) when there is none."""
    for length in range(len(key), 0, -1):
        if key[:length] in found:
            return found[key[:length]]
    return (1, 1)


def _walk(text: str) -> Iterator[tuple[Key, Position]]:
    table: Key = ()
    open_brackets = 0
    bare = _without_strings(text).split("\n")
    for number, (line, masked) in enumerate(zip(text.split("\n"), bare, strict=True), start=1):
        starts_here = masked.strip() and not open_brackets
        open_brackets += sum(masked.count(c) for c in "[{") - sum(masked.count(c) for c in "]}")
        if not starts_here:
            continue
        if header := _HEADER.match(line):
            table = _parts(header[1])
            yield table, (number, header.start(1) + 1)
        elif assignment := _ASSIGNMENT.match(line):
            key = table + _parts(assignment[1])
            yield key, (number, assignment.start(1) + 1)
            for inner in _INLINE.finditer(line, assignment.end()):
                yield key + _parts(inner[1]), (number, inner.start(1) + 1)


def _without_strings(text: str) -> str:
    """The text with the inside of every string and comment blanked, line by line as long."""
    return _STRING.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))
