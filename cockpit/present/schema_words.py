"""Schema drift in words: a line for the board, one for each object, and JSON."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cockpit.model.board import Board
from cockpit.model.schema import NOT_COMPARED, Alteration, SchemaChange, SchemaObject
from cockpit.present.durations import ago, plural
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.schema_parts import changed_lines, part_words

_SHORT = {
    "column": "col", "constraint": "constr", "materialized view": "mview", "function": "func",
    "procedure": "proc", "sequence": "seq",
}  # fmt: skip
_UNCOUNTED = frozenset({"col", "constr", "func", "proc", "seq"})
"""Abbreviations that stand for one and for many."""
_IRREGULAR = {"index": "indexes", "policy": "policies", "statistics": "statistics"}
_SIGNS = {Alteration.ADDED: "+", Alteration.CHANGED: "!", Alteration.DROPPED: "-"}
_ASIDE = "privileges and comments"
_WIDEST = 120
DRIFT_NEXT = (
    ("cockpit drift --write NAME", "writes it as a migration"),
    ('cockpit drift --accept --reason "..."', "says that it is meant"),
)
"""What to do about schema drift: a command, and what it does."""


def schema_tally(changes: tuple[SchemaChange, ...]) -> str:
    """`schema: 1 table, 2 col`; for a line of the board that has little room."""
    counts = Counter(_SHORT.get(change.kind, change.kind) for change in changes)
    return "schema: " + ", ".join(_number(n, kind) for kind, n in counts.most_common())


def schema_words(board: Board) -> str:
    """The whole sentence: what differs, as of when; or why that is not known."""
    if board.schema_drift is None:
        return f"not checked: {harmless(board.schema_unchecked or 'nothing was read')}"
    at = board.schema_checked
    when = f", checked {ago(at, board.as_of)}" if at and at != board.as_of else ""
    if not board.schema_drift:
        return f"as it was last left or accepted, {_ASIDE} aside{when}"
    count = len(board.schema_drift)
    verb = "differs" if count == 1 else "differ"
    return f"{plural(count, 'object')} {verb} from what migrations left{when}"


def schema_lines(board: Board) -> Iterator[str]:
    """One line an object, below a title."""
    changes = board.schema_drift or ()
    yield f"SCHEMA {len(changes)} changed outside of migrations"
    yield from (f"  {line}" for change in changes for line in change_lines(change))


def drift_text(board: Board) -> str:
    """The sentence, then every object; definitions of added and dropped ones below them."""
    lines = [f"schema  {schema_words(board)}"]
    for change in board.schema_drift or ():
        lines += ["", *change_lines(change)]
        if not change.parts:
            lines += [f"    {line}" for line in _definition(change.object)]
    return "\n".join([*lines, "", f"not compared: {', '.join(NOT_COMPARED)}"])


def _definition(one: SchemaObject) -> Iterator[str]:
    """What is known of it, part by part."""
    for name, part in one.parts.items():
        first, *rest = harmless_block(part).strip("\n").split("\n")
        yield f"{name}: {first}"
        yield from (f"  {line}" for line in rest)


def change_lines(change: SchemaChange) -> Iterator[str]:
    """`+ column public.users.phone text`, and what became what of one that was changed."""
    sign = _SIGNS[change.alteration]
    label = harmless(change.object.label)
    yield f"{sign} {label} {change.alteration}{_held(change)}"
    for part, before, after in _sides(change):
        if "\n" in before and "\n" in after:
            yield f"    {part}:"
            yield from (f"      {row}" for row in changed_lines(before, after))
        else:
            yield f"    {part}: {_short(before)} becomes {_short(after)}"


def sides_lines(change: SchemaChange, one: str, other: str) -> Iterator[str]:
    """The same of two databases side by side: nothing was changed, each has it in its own way.

    `one`, `other`: names of the database that has `before` and of the one that has `after`.
    """
    yield f"{_SIGNS[change.alteration]} {harmless(change.object.label)}{_held(change)}"
    here, there = harmless(one), harmless(other)
    for part, before, after in _sides(change):
        if "\n" in before and "\n" in after:
            yield f"    {part}: - on {here}, + on {there}"
            yield from (f"      {row}" for row in changed_lines(before, after))
        else:
            yield f"    {part}: {_short(before)} on {here}, {_short(after)} on {there}"


def _sides(change: SchemaChange) -> Iterator[tuple[str, str, str]]:
    """Each part that differs, with what it was and what it is."""
    for part in change.parts:
        before, after = (
            part_words(change.kind, part, one) for one in (change.before, change.after)
        )
        yield part, before, after


def change_json(change: SchemaChange) -> dict[str, Any]:
    """One object with all of its parts, as it was and as it is."""
    one = change.object
    return {
        "change": change.alteration.value,
        "kind": one.kind,
        "name": one.name,
        "of": one.parent or None,
        "before": _parts(change.before),
        "after": _parts(change.after),
        "within": [change_json(inner) for inner in change.within],
    }


def _held(change: SchemaChange) -> str:
    """`, with 5 columns, 1 index`; sequences say nothing that their columns do not."""
    inner = Counter(one.kind for one in change.within if one.kind != "sequence")
    words = ", ".join(_number(n, kind) for kind, n in inner.most_common())
    return f", with {words}" if words else ""


def _parts(one: SchemaObject | None) -> dict[str, str] | None:
    return dict(one.parts) if one else None


def _number(count: int, kind: str) -> str:
    if kind in _UNCOUNTED:
        return f"{count} {kind}"
    return plural(count, kind, _IRREGULAR.get(kind, ""))


def _short(text: str) -> str:
    line = " ".join(harmless(text).split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"
