"""What it would take to keep a table or column that goes: its columns, and a key that stays."""

from collections.abc import Iterable

from cockpit.analysis.impact.world import World
from cockpit.model.attic import KeptColumn
from cockpit.model.facts import KINDS, ColumnFacts, RelationFacts
from cockpit.model.impact import Loss

_UNREAD = "the catalog could not be read, so nobody knows its key"


def loss_of_table(world: World, relation: RelationFacts) -> Loss:
    """The whole table, or materialized view, right before it goes."""
    obstacle = _UNREAD if world.assumes else ""
    if relation.kind == "m":
        obstacle = "a materialized view holds nothing of its own: refresh it when it is back"
    return Loss(
        words=f"{KINDS[relation.kind]} {relation.name} with every row",
        oid=relation.oid,
        schema=relation.schema,
        table=relation.name,
        columns=_worth_keeping(world, relation.columns),
        key=_key(world, relation, gone=()),
        whole=True,
        partitioned=relation.kind == "p",
        part_of=_top(world, relation),
        obstacle=obstacle,
    )


def loss_of_column(world: World, relation: RelationFacts, column: ColumnFacts) -> Loss:
    """One column right before it goes."""
    what = "attribute" if relation.kind == "c" else "column"
    key = _key(world, relation, gone=(column.number,))
    return Loss(
        words=f"{what} {relation.name}.{column.name}",
        oid=relation.oid,
        schema=relation.schema,
        table=relation.name,
        columns=_worth_keeping(world, (column,)),
        key=key,
        partitioned=relation.kind == "p",
        part_of=_top(world, relation),
        obstacle=_obstacle(world, relation, column, bool(key)),
    )


def _obstacle(world: World, relation: RelationFacts, column: ColumnFacts, has_key: bool) -> str:
    if world.assumes:
        return _UNREAD
    if relation.kind == "c":
        return "its values lie inside the columns of other tables"
    if relation.kind == "f":
        return "the rows are on a foreign server, where they stay"
    if relation.kind == "r" and not relation.partition and world.children(relation.oid):
        return "other tables inherit from this one, so its key does not tell all rows apart"
    if column.identity == "a":
        return "it is GENERATED ALWAYS, and PostgreSQL lets nobody put such values back"
    if has_key:
        return ""
    if _key(world, relation, gone=()):
        return "it is part of the only key, so its rows could not be found again"
    return f"{relation.name} has no primary key, so its rows could not be found again"


def _key(world: World, relation: RelationFacts, gone: tuple[int, ...]) -> tuple[KeptColumn, ...]:
    """The primary key, else a unique index over columns that are never null."""
    never_null = {c.number for c in relation.columns if c.not_null}
    usable = [
        index
        for index in world.indexes.of(relation.oid)
        if index.unique and index.valid and index.predicate is None and index.expressions is None
        and never_null.issuperset(index.columns[: index.keys])
        and not set(gone) & set(index.columns[: index.keys])
    ]  # fmt: skip
    usable.sort(key=lambda index: (not index.primary, index.keys, index.oid))
    if not usable:
        return ()
    by_number = {column.number: column for column in relation.columns}
    return _kept(world, (by_number[n] for n in usable[0].columns[: usable[0].keys]))


def _worth_keeping(world: World, columns: Iterable[ColumnFacts]) -> tuple[KeptColumn, ...]:
    """Generated columns are computed again."""
    return _kept(world, (column for column in columns if not column.generated))


def _kept(world: World, columns: Iterable[ColumnFacts]) -> tuple[KeptColumn, ...]:
    found = ((column, world.types.get(column.type)) for column in columns)
    return tuple(
        KeptColumn(column.name, kind.schema, kind.name, column.identity)
        if kind is not None
        else KeptColumn(column.name, "pg_catalog", "text", column.identity)
        for column, kind in found
    )


def _top(world: World, relation: RelationFacts) -> int:
    """The partitioned table whose rows hold those of this partition; 0 for any other table."""
    top = 0
    while relation.partition and (parents := world.parents(relation.oid)):
        relation = parents[0]
        top = relation.oid
    return top
