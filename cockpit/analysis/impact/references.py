"""Foreign keys at work: referenced rows that must exist, referencing rows that are looked for."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.access import reads_small
from cockpit.analysis.impact.partitioning import surviving
from cockpit.analysis.impact.routing import Values, routed
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode

_RX, _ROW_SHARE = LockMode.ROW_EXCLUSIVE, LockMode.ROW_SHARE
Where = Sequence[syntax.Node]
"""What is known of the rows that are changed."""
Change = Callable[[RelationFacts, set[str], Where], None]
"""Go on with rows of that table, of which this is known, and in which these columns change."""


def without_shares(keys: Iterable[ConstraintFacts]) -> list[ConstraintFacts]:
    """Foreign keys without those that are a partition's share of another one here."""
    found = {key.oid: key for key in keys}
    return [key for key in found.values() if key.parent not in found]


def look_up_parents(
    scene: Scene,
    members: Iterable[RelationFacts],
    columns: set[str],
    rows: Sequence[Values],
    nulls: AbstractSet[str] = frozenset(),
) -> None:
    """Values in referencing columns must exist: the referenced rows are locked FOR KEY SHARE.

    `members` are the table and its children or partitions with such rows; `columns` were written;
    `nulls` are those that are null in every row, for which nothing is looked up, though the
    referenced table is opened.
    """
    world = scene.world
    for key in without_shares(key for m in members for key in world.constraints.of(m.oid)):
        target = world.relations.get(key.references)
        if key.kind != "f" or not key.enforced or target is None:
            continue
        table = world.relations[key.table]
        if not set(key.columns) & set(table.numbers(tuple(columns))):
            continue
        empty = set(table.numbers(tuple(nulls)))
        keys = None if set(key.columns) & empty else _as_keys(table, target, key, rows)
        world.postponed.when_due(scene, key, partial(_look, target=target, rows=keys))


def _look(scene: Scene, target: RelationFacts, rows: Sequence[Values] | None) -> None:
    """No rows at all: none has a value to look for."""
    world = scene.world
    scene.lock(target, _ROW_SHARE)
    if target.kind == "p" and rows is not None:
        scene.lock_ancestors(target)
    for member in routed(world, target, rows) if rows is not None else ():
        scene.lock(member, _ROW_SHARE)
        scene.lock_indexes(member, _ROW_SHARE)
        if reads_small(world, member):
            scene.scan(member)


def _as_keys(
    table: RelationFacts, target: RelationFacts, key: ConstraintFacts, rows: Sequence[Values]
) -> list[Values] | None:
    """The rows under the names of the referenced columns; None when all have a null in the key."""
    own = {column.number: column.name for column in table.columns}
    theirs = {column.number: column.name for column in target.columns}
    pairs = [
        (own.get(a, ""), theirs.get(b, ""))
        for a, b in zip(key.columns, key.referenced_columns, strict=False)
    ]
    keys: list[Values] = [{b: row[a] for a, b in pairs if a in row} for row in rows]
    complete = [known for known in keys if None not in known.values()]
    return complete if complete or not keys else None


def act_on_children(
    scene: Scene, key: ConstraintFacts, action: str, change: Change, where: Where
) -> None:
    """Rows that point here are looked for, and with CASCADE, SET NULL or SET DEFAULT changed.

    `where` is what is known of the referenced rows.
    """
    world = scene.world
    table = world.relations.get(key.table)
    if table is None or not key.enforced or _is_share(world, key) or not scene.enter(key.oid):
        return
    if action == "a" and world.postponed.waits(key):
        later = partial(act_on_children, key=key, action="r", change=change, where=where)
        world.postponed.when_due(scene, key, later)
        scene.leave(key.oid)
        return
    known = _as_referencing(world, key, where)
    mode = _RX if action in "cnd" else _ROW_SHARE
    if table.kind == "p":
        scene.lock_ancestors(table)
    for member in surviving(world, table, known) if table.kind == "p" else [table]:
        scene.lock(member, mode)
        scene.lock_indexes(member, mode)
        if not _has_index_on(scene, member, key) or reads_small(world, member):
            scene.scan(member)
    if action in "cnd":
        change(table, {c.name for c in table.columns if c.number in key.columns}, known)
    scene.leave(key.oid)


def _as_referencing(world: World, key: ConstraintFacts, where: Where) -> list[syntax.Node]:
    """What is known of referenced columns, as it holds of those that refer to them."""
    target, table = world.relations[key.references], world.relations[key.table]
    theirs, own = target.named(key.referenced_columns), table.named(key.columns)
    renamed = dict(zip(theirs, own, strict=False))
    plain = [c for c in where if not any(isinstance(p, pb.SubLink) for p in syntax.walk(c))]
    return [syntax.with_columns(c, renamed) for c in plain if syntax.column_names(c) <= set(theirs)]


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
