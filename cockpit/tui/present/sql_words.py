"""SQL as lines in roles, so that the eye finds the verb; it decides nothing."""

import re
from collections.abc import Iterator

from cockpit.present.harmless import harmless_block
from cockpit.tui.present.line import Line, Span

_KEYWORDS = (
    "add|all|alter|and|as|asc|begin|between|by|cascade|check|column|commit|concurrently|"
    "constraint|create|cross|database|default|delete|desc|distinct|do|drop|else|end|exists|"
    "extension|false|for|foreign|from|function|grant|group|having|if|in|index|inner|insert|"
    "into|is|join|key|language|left|like|limit|lock|materialized|not|null|on|only|or|order|"
    "outer|primary|references|refresh|rename|replace|returning|returns|revoke|right|schema|"
    "select|sequence|set|table|then|to|trigger|true|truncate|type|union|unique|update|using|"
    "vacuum|valid|validate|values|view|when|where|with"
)
_PARTS = re.compile(
    rf"(?P<remark>--[^\n]*|/\*.*?\*/)|(?P<literal>'(?:[^']|'')*')|(?P<keyword>\b(?:{_KEYWORDS})\b)",
    re.IGNORECASE,
)


def sql_lines(script: str, *, first: int | None = None, indent: str = "") -> tuple[Line, ...]:
    """One line a row of the script, numbered from `first` when it is given."""
    rows = harmless_block(script).strip("\n").rstrip().split("\n")
    size = len(str((first or 0) + len(rows) - 1))
    lines = []
    for offset, row in enumerate(rows):
        number = f"{first + offset:>{size}}  " if first is not None else ""
        head: tuple[Span, ...] = ((indent + number, "off"),) if indent or number else ()
        lines.append(Line((*head, *_spans(row)), hang=len(indent + number) + 2))
    return tuple(lines)


def sql_spans(statement: str) -> tuple[Span, ...]:
    """A statement in one row: white space becomes single spaces."""
    return tuple(_spans(" ".join(harmless_block(statement).split())))


def _spans(row: str) -> Iterator[Span]:
    end = 0
    for found in _PARTS.finditer(row):
        if found.start() > end:
            yield row[end : found.start()], ""
        yield found.group(), found.lastgroup or ""
        end = found.end()
    if row[end:]:
        yield row[end:], ""
