"""Checks, foreign keys in both directions, NOT NULL, extended statistics."""

from cockpit.analysis.hazards.names import Name, quoted, suffixed
from cockpit.analysis.recipes.carried import Handover, remark
from cockpit.model.column import ColumnConstraint, ColumnStatistics

_KEYS_OF_PARTITIONED_SINCE = 18
"""The first server that takes a foreign key of a partitioned table NOT VALID."""


def carry_constraints(over: Handover) -> None:
    """All of them NOT VALID first; what cannot be said again is left in words."""
    for found in over.live.constraints:
        _constraint(over, found)
    for made in over.live.extended:
        _statistics(over, made)
    if over.live.not_null:
        _presence(over)


def _constraint(over: Handover, found: ColumnConstraint) -> None:
    made, new = over.made, suffixed(found.name, "new")
    itself = (found.schema, found.table) == (over.live.schema, over.live.table)
    table = over.table if itself else Name(found.schema, found.table)
    text = over.anew.constraint(
        table, found.definition, new, own=itself, referenced=found.refers_here
    )
    too_early = over.live.major < _KEYS_OF_PARTITIONED_SINCE and found.partitioned
    if text is None or (found.kind == "f" and too_early):
        made.left.append(f"constraint {found.name} on {table.label}: {found.definition}")
        return
    made.constraints += [text, *remark(f"CONSTRAINT {quoted(new)} ON {table}", found.comment)]
    if found.proved:
        made.proofs.append(f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted(new)}")
    made.unconstrain.append(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted(new)}")
    if found.refers_here:
        _refers_here(over, table, found, new)
    else:
        over.swap(f"ALTER TABLE {table} RENAME CONSTRAINT {{}} TO {{}}", "", found.name)


def _refers_here(over: Handover, table: Name, found: ColumnConstraint, new: str) -> None:
    """The old one relies on a key that goes: it is dropped, and on the way back made again."""
    made, name = over.made, quoted(found.name)
    drop = f"ALTER TABLE {table} DROP CONSTRAINT {name}"
    made.leave.insert(0, drop)
    made.leave_again.insert(0, drop)
    made.arrive.append(f"ALTER TABLE {table} RENAME CONSTRAINT {quoted(new)} TO {name}")
    again = over.same.constraint(table, found.definition, found.name, own=False, referenced=False)
    if again is not None:
        validate = f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"
        made.after_return += [
            again,
            *([validate] if found.proved else []),
            *remark(f"CONSTRAINT {name} ON {table}", found.comment),
        ]


def _statistics(over: Handover, found: ColumnStatistics) -> None:
    name = Name(found.schema, found.name)
    new = name.sibling(suffixed(name.name, "new"))
    text = over.anew.statistics(found.definition, new)
    if text is None:
        over.made.left.append(f"statistics {name.label}: {found.definition}")
        return
    over.made.constraints += [text, *remark(f"STATISTICS {new}", found.comment)]
    if found.target is not None:
        over.made.constraints.append(f"ALTER STATISTICS {new} SET STATISTICS {found.target}")
    over.made.unconstrain.append(f"DROP STATISTICS {new}")
    over.swap("ALTER STATISTICS {} RENAME TO {}", name.schema, name.name)


def _presence(over: Handover) -> None:
    """NOT NULL, proved by a check beforehand so that nobody waits for the scan; both ways."""
    made, (column, old, new) = over.made, over.columns
    there = quoted(suffixed(over.new, "present"))
    made.constraints.append(
        f"{over.alter} ADD CONSTRAINT {there} CHECK ({new} IS NOT NULL) NOT VALID"
    )
    made.proofs.insert(0, f"{over.alter} VALIDATE CONSTRAINT {there}")
    made.unconstrain.append(f"{over.alter} DROP CONSTRAINT IF EXISTS {there}")
    made.arrive[:0] = _proved(over, column, there)
    back = quoted(suffixed(over.live.name, "old_present"))
    made.before_return += [
        f"{over.alter} ADD CONSTRAINT {back} CHECK ({old} IS NOT NULL) NOT VALID",
        f"{over.alter} VALIDATE CONSTRAINT {back}",
    ]
    made.restore[:0] = _proved(over, column, back)


def _proved(over: Handover, column: str, check: str) -> list[str]:
    return [
        f"{over.alter} ALTER COLUMN {column} SET NOT NULL",
        f"{over.alter} DROP CONSTRAINT {check}",
    ]


def release(over: Handover) -> None:
    """The column that steps aside may be null, now that no key and no identity stands on it."""
    if over.live.not_null:
        _, old, new = over.columns
        over.made.arrive.append(f"{over.alter} ALTER COLUMN {old} DROP NOT NULL")
        over.made.restore.append(f"{over.alter} ALTER COLUMN {new} DROP NOT NULL")
