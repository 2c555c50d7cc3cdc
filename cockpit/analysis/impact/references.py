"""Foreign keys at work: referenced rows that must exist, referencing rows that are looked for."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial

from cockpit.analysis.impact.access import reads_small
from cockpit.analysis.impact.bounds import Point
from cockpit.analysis.impact.partitioning import routed
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode

_RX, _ROW_SHARE = LockMode.ROW_EXCLUSIVE, LockMode.ROW_SHARE
Change = Callable[[RelationFacts, set[str]], None]
"""Go on with rows of that table in which these columns change; with all of the row for none."""


def look_up_parents(
    scene: Scene,
    table: RelationFacts,
    columns: set[str],
    rows: list[dict[str, Point]],
    nulls: AbstractSet[str] = frozenset(),
) -> None:
    """Values in referencing columns must exist: the referenced rows are locked FOR KEY SHARE.

    `columns` were written; `nulls` are those that are null in every row, for which nothing is
    looked up, though the referenced table is opened.
    """
    world = scene.world
    numbers = set(table.numbers(tuple(columns)))
    empty = set(table.numbers(tuple(nulls)))
    for key in world.constraints.of(table.oid):
        target = world.relations.get(key.references)
        if key.kind != "f" or not key.enforced or target is None:
            continue
        whole = world.constraints.get(key.parent) if key.parent else None
        if whole is not None and whole.table == key.table:
            continue
        if not set(key.columns) & numbers:
            continue
        keys = None if set(key.columns) & empty else _as_keys(table, target, key, rows)
        world.postponed.when_due(scene, key, partial(_look, target=target, rows=keys))


def _look(scene: Scene, target: RelationFacts, rows: list[dict[str, Point]] | None) -> None:
    """No rows at all: none has a value to look for."""
    world = scene.world
    scene.lock(target, _ROW_SHARE)
    for member in routed(world, target, rows) if rows is not None else ():
        scene.lock(member, _ROW_SHARE)
        scene.lock_indexes(member, _ROW_SHARE)
        if reads_small(world, member):
            scene.scan(member)


def _as_keys(
    table: RelationFacts, target: RelationFacts, key: ConstraintFacts, rows: list[dict[str, Point]]
) -> list[dict[str, Point]]:
    """The rows under the names of the referenced columns."""
    own = {column.number: column.name for column in table.columns}
    theirs = {column.number: column.name for column in target.columns}
    pairs = [
        (own.get(a, ""), theirs.get(b, ""))
        for a, b in zip(key.columns, key.referenced_columns, strict=False)
    ]
    return [{b: row[a] for a, b in pairs if a in row} for row in rows]


def act_on_children(scene: Scene, key: ConstraintFacts, action: str, change: Change) -> None:
    """Rows that point here are looked for, and with CASCADE, SET NULL or SET DEFAULT changed."""
    world = scene.world
    table = world.relations.get(key.table)
    if table is None or not key.enforced or _is_share(world, key) or not scene.enter(key.oid):
        return
    if action == "a" and world.postponed.waits(key):
        world.postponed.when_due(
            scene, key, partial(act_on_children, key=key, action="r", change=change)
        )
        scene.leave(key.oid)
        return
    mode = _RX if action in "cnd" else _ROW_SHARE
    for member in list(world.tree(table.oid)) if table.kind == "p" else [table]:
        scene.lock(member, mode)
        scene.lock_indexes(member, mode)
        if not _has_index_on(scene, member, key) or reads_small(world, member):
            scene.scan(member)
    if action in "cnd":
        change(table, {c.name for c in table.columns if c.number in key.columns})
    scene.leave(key.oid)


def _is_share(world: World, key: ConstraintFacts) -> bool:
    """What a partition of the referencing table has of a key; the whole key stands for it."""
    whole = world.constraints.get(key.parent) if key.parent else None
    return whole is not None and whole.references == key.references


def _has_index_on(scene: Scene, table: RelationFacts, key: ConstraintFacts) -> bool:
    owner = scene.world.relations[key.table]
    names = {column.name for column in owner.columns if column.number in key.columns}
    wanted = set(table.numbers(tuple(names)))
    return any(
        index.valid and index.columns and index.columns[0] in wanted and not index.predicate
        for index in scene.world.indexes.of(table.oid)
    )
