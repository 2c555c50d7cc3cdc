"""The schema that counts as meant after a run: what it left, without what others changed by hand.

Three schemas are joined: `base`, as it was meant before the run; `before`, as the run found it; and
`after`, as it left it. What differs between the first two was changed by hand; where the run left
that as it was, and none of its statements speaks of it, it is still not meant afterwards.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cockpit.analysis.schema_drift import schema_changes, telling
from cockpit.model.schema import Alteration, SchemaChange, SchemaObject, Snapshot

Key = tuple[str, str, str]
Objects = Mapping[Key, SchemaObject]
Words = Iterator[str]
_WITHIN = ("column", "constraint", "trigger", "rule", "policy")
"""Kinds whose names mean nothing without that of the table."""
_OF_A_COLUMN = ("constraint", "sequence")
"""Kinds that come with a column, named after it by the server: `orders_customer_fkey`."""
_LAST = re.compile(r'(?:"((?:[^"]|"")*)"|([^".]+))\Z')
"""The last part of a qualified name."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is recorded, and what became of the changes by hand."""

    schema: Snapshot
    still: tuple[SchemaChange, ...] = ()
    """Changed by hand before, and not meant after the run either."""
    taken: tuple[str, ...] = ()
    """Changed by hand before and meant from now on, since the run speaks of it or changed it."""


def meant_after(
    base: Snapshot, before: Snapshot, after: Snapshot, named: frozenset[tuple[str, str]]
) -> Meant:
    """`named`: the objects that the run's statements speak of, as `cockpit.sql.named` has them."""
    by_hand = tuple(_flat(schema_changes(base, before)))
    came_or_went = {
        change.object.key for change in by_hand if change.alteration is not Alteration.CHANGED
    }
    whole = {_bare(name) for _, parent, name in came_or_went if not parent}
    recorded = dict(after.objects)
    for change in by_hand:
        key = change.object.key
        if not _spoken_of(change.object, named, whole):
            _take_back(recorded, key, change, after.objects.get(key))
    schema = replace(after, objects=dict(_with_owners(recorded)))
    still = schema_changes(schema, after)
    kept = {change.object.key for change in _flat(still)}
    gone = [change for change in by_hand if change.object.key not in kept]
    taken = tuple(_taken(gone, base.objects, before.objects, after.objects))
    return Meant(schema, still, taken)


def _taken(gone: Iterable[SchemaChange], base: Objects, before: Objects, after: Objects) -> Words:
    """What is no drift any more without having been put right, in words."""
    there = {name for _, _, name in after}
    new = {(one.kind, _bare(one.name)): one for key, one in after.items() if key not in before}
    for change in gone:
        one, words = change.object, f"{change.alteration} {change.object.label}"
        now = after.get(one.key)
        moved = new.get((one.kind, _bare(one.name))) if now is None and change.after else None
        went_along = now is None and one.parent != "" and one.parent not in there
        if moved is not None:
            yield f"{words}, now {moved.label}"
        elif telling(base.get(one.key)) != telling(now) and not went_along:
            yield words


def _take_back(
    recorded: dict[Key, SchemaObject], key: Key, change: SchemaChange, now: SchemaObject | None
) -> None:
    """Put back what was meant of it before, as far as the run left it as it found it."""
    if telling(now) == telling(change.after):
        if change.before is None:
            recorded.pop(key, None)
        else:
            recorded[key] = change.before
    elif now is not None and change.before is not None and change.after is not None:
        parts = dict(now.parts)
        for name in change.parts:
            if parts.get(name) != change.after.parts.get(name):
                continue
            parts.pop(name, None)
            if name in change.before.parts:
                parts[name] = change.before.parts[name]
        recorded[key] = replace(now, parts=parts)


def _with_owners(objects: dict[Key, SchemaObject]) -> Iterator[tuple[Key, SchemaObject]]:
    """Without what belongs to something that is not there: it went with it."""
    there = {name for _, _, name in objects}
    return ((key, one) for key, one in objects.items() if not one.parent or one.parent in there)


def _flat(changes: Iterable[SchemaChange]) -> Iterator[SchemaChange]:
    for change in changes:
        yield change
        yield from _flat(change.within)


def _spoken_of(one: SchemaObject, named: frozenset[tuple[str, str]], whole: set[str]) -> bool:
    """`whole`: tables that came or went by hand; whoever names one means its columns too."""
    parent, name = _bare(one.parent), _bare(one.name)
    if parent in whole and ("", parent) in named:
        return True
    if one.kind in _OF_A_COLUMN and any(
        table == parent and name.startswith(f"{table}_{column}_") for table, column in named
    ):
        return True
    return (parent, name) in named or (one.kind not in _WITHIN and ("", name) in named)


def _bare(name: str) -> str:
    """Without schema, quotes and the types of arguments."""
    found = _LAST.search(name.partition("(")[0] if not name.endswith('"') else name)
    if found is None:
        return name
    return found[1].replace('""', '"') if found[1] is not None else found[2]
