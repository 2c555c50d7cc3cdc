"""One part of a schema object in words, and what of a long definition was changed."""

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice

from cockpit.model.schema import SchemaObject
from cockpit.present.harmless import harmless_block

_CODES = {
    "replica identity": {"d": "DEFAULT", "n": "NOTHING", "f": "FULL", "i": "an index"},
    "storage": {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"},
    "compression": {"p": "pglz", "l": "lz4"},
    "class": {"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK", "x": "EXCLUDE"},
    "enabled": {"O": "yes", "D": "no", "R": "on replicas alone", "A": "always"},
    "context": {"i": "implicit", "a": "on assignment", "e": "explicit"},
}
"""Letters of the catalog, by part."""
_ABSENT = {
    **dict.fromkeys(
        (
            "not null", "unlogged", "row security", "forced row security", "invalid", "cycle",
            "restrictive", "virtual", "all tables",
        ),
        "no",
    ),
    "enabled": "yes",
    "access method": "heap",
    "storage": "that of its type",
}  # fmt: skip
"""What a part means that is not there."""
_LONGEST = 40
"""Lines of a changed definition beyond this many are only counted."""
_HEADER = 2
"""Lines before the first difference, which name the two files."""


def part_words(kind: str, part: str, one: SchemaObject | None) -> str:
    """As SQL says it where the catalog has a letter; `none` for what is not there.

    Not drawn yet: control characters of a definition are as they were.
    """
    found = one.parts.get(part) if one else None
    if part == "replica identity" and kind == "index":
        return found or "no"
    if found is None:
        return "DEFAULT" if part == "replica identity" else _ABSENT.get(part, "none")
    return _CODES.get(part, {}).get(found, found)


def changed_lines(before: str, after: str) -> Iterator[str]:
    """The lines that differ, as `- ` and `+ `, with one line around them; safe to draw."""
    one, other = (harmless_block(text).strip("\n").split("\n") for text in (before, after))
    rows = [
        f"{row[0]} {row[1:].rstrip()}".rstrip()
        for row in islice(unified_diff(one, other, n=1, lineterm=""), _HEADER, None)
        if not row.startswith("@@")
    ]
    yield from rows[:_LONGEST]
    if len(rows) > _LONGEST:
        yield f"… and {len(rows) - _LONGEST} more lines"
