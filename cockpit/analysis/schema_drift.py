"""Two schemas side by side: what was added, changed and dropped."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cockpit.model.schema import Alteration, SchemaChange, SchemaObject, Snapshot

_SILENT = ("number",)
"""Parts that a restore from a dump may change and that mean nothing."""
_LATELY = ("enforced",)
"""Parts that snapshots of earlier versions do not have: not known there, which is no change."""
_COME_AND_GO = ("partition",)
"""Made and dropped by schedulers every night: not the hand of a person."""


def schema_changes(before: Snapshot, after: Snapshot) -> tuple[SchemaChange, ...]:
    """Every object that differs; whatever belongs to a table that came or went is within it.

    Partitions that came or went are not told, changed ones are. Tables first, then by name.
    """
    found = list(_changes(before.objects, after.objects))
    whole = {change.object.name: change for change in found if _came_or_went(change)}
    inner: dict[str, list[SchemaChange]] = {name: [] for name in whole}
    told = []
    for change in found:
        owner = change.object.parent
        if owner in whole and change.object.name != owner:
            inner[owner].append(change)
        elif change.kind not in _COME_AND_GO or change.alteration is Alteration.CHANGED:
            told.append(change)
    return tuple(
        replace(change, within=tuple(inner.get(change.object.name, ())))
        if change.object.name in whole and _came_or_went(change) else change
        for change in sorted(told, key=_place)
    )  # fmt: skip


def _changes(
    before: Mapping[tuple[str, str, str], SchemaObject],
    after: Mapping[tuple[str, str, str], SchemaObject],
) -> Iterable[SchemaChange]:
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if was is None:
            yield SchemaChange(Alteration.ADDED, None, now)
        elif now is None:
            yield SchemaChange(Alteration.DROPPED, was, None)
        elif was.parts != now.parts:
            was = _with_later_parts(was, now)
            if telling(was) != telling(now):
                yield SchemaChange(Alteration.CHANGED, was, now)


def telling(one: SchemaObject | None) -> dict[str, str] | None:
    """Its parts without those that mean nothing; two objects with the same are the same."""
    if one is None:
        return None
    return {name: part for name, part in one.parts.items() if name not in _SILENT}


def _with_later_parts(was: SchemaObject, now: SchemaObject) -> SchemaObject:
    missing = [name for name in _LATELY if name in now.parts and name not in was.parts]
    if not missing:
        return was
    return replace(was, parts={**was.parts, **{name: now.parts[name] for name in missing}})


def _came_or_went(change: SchemaChange) -> bool:
    """A thing that others belong to, all of it."""
    return change.alteration is not Alteration.CHANGED and not change.object.parent


def _place(change: SchemaChange) -> tuple[object, ...]:
    one = change.object
    return (one.parent or one.name, bool(one.parent), one.kind, one.name)
