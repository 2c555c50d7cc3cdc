"""Constraints as statements make them, put into the world."""

from dataclasses import dataclass

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.operator_classes import default_class
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ConstraintFacts, DependencyFacts, IndexFacts, RelationFacts

_LETTERS = {pb.CONSTR_PRIMARY: "p", pb.CONSTR_UNIQUE: "u", pb.CONSTR_EXCLUSION: "x"}
_ENDINGS = {"p": "pkey", "u": "key", "x": "excl"}


@dataclass(frozen=True, slots=True)
class IndexConstraint:
    """A new constraint and the columns it is about."""

    constraint: ConstraintFacts
    column_names: tuple[str, ...]


def name_constraint(relation: RelationFacts, columns: tuple[int, ...], ending: str) -> str:
    """The name PostgreSQL gives: table, columns, ending, cut to 63 bytes (`makeObjectName`)."""
    named = {column.number: column.name for column in relation.columns}
    middle = "_".join(named[number] for number in columns if number in named)
    if ending == "check" and len(columns) > 1:
        middle = ""
    if ending == "pkey":
        middle = ""
    return _fit(relation.name, middle, ending)


def _fit(first: str, second: str, ending: str) -> str:
    room = 63 - len(ending) - 1 - (1 if second else 0)
    while len((first + second).encode()) > room:
        if len(first.encode()) > len(second.encode()):
            first = first[:-1]
        else:
            second = second[:-1]
    return "_".join(part for part in (first, second, ending) if part)


def keep(world: World, constraint: ConstraintFacts) -> ConstraintFacts:
    """The constraint exists from now on and goes when its table or columns go."""
    world.constraints.put(constraint)
    for number in constraint.columns or (0,):
        world.depend(DependencyFacts(
            "pg_constraint", constraint.oid, 0, "pg_class", constraint.table, number, "a"
        ))  # fmt: skip
    return constraint


def foreign_key_of(
    world: World,
    relation: RelationFacts,
    target: RelationFacts | None,
    constraint: pb.Constraint,
) -> ConstraintFacts:
    """A new foreign key, kept."""
    columns = relation.numbers(syntax.words(constraint.fk_attrs))
    referenced = syntax.words(constraint.pk_attrs)
    key = ConstraintFacts(
        oid=world.new_oid(),
        name=constraint.conname or name_constraint(relation, columns, "fkey"),
        kind="f",
        table=relation.oid,
        columns=columns,
        valid=not constraint.skip_validation and constraint.is_enforced,
        enforced=constraint.is_enforced,
        no_inherit=True,
        references=target.oid if target else 0,
        referenced_columns=_referenced(world, target, referenced),
        on_update=constraint.fk_upd_action or "a",
        on_delete=constraint.fk_del_action or "a",
        deferrable=constraint.deferrable,
        deferred=constraint.initdeferred,
    )
    keep(world, key)
    if target is not None and target.oid != relation.oid:
        for number in key.referenced_columns or (0,):
            world.depend(DependencyFacts(
                "pg_constraint", key.oid, 0, "pg_class", target.oid, number, "n"
            ))  # fmt: skip
    return key


def _referenced(
    world: World, target: RelationFacts | None, names: tuple[str, ...]
) -> tuple[int, ...]:
    if target is None:
        return ()
    if names:
        return target.numbers(names)
    keys = (c for c in world.constraints.of(target.oid) if c.kind == "p")
    return next((key.columns for key in keys), ())


def index_constraint_of(
    world: World, relation: RelationFacts, constraint: pb.Constraint
) -> IndexConstraint:
    """A new primary key, unique or exclusion constraint with its index, kept."""
    relation = world.relations.get(relation.oid, relation)
    letter = _LETTERS[constraint.contype]
    names = syntax.words(constraint.keys)
    given = world.find(relation.schema, constraint.indexname) if constraint.indexname else None
    index = world.indexes.get(given.oid) if given else None
    columns = index.columns if index else relation.numbers(names)
    if index is not None:
        names = tuple(c.name for c in relation.columns if c.number in columns)
    name = constraint.conname or constraint.indexname
    name = name or name_constraint(relation, columns, _ENDINGS[letter])
    if index is None:
        index = _new_index(world, relation, name, columns, letter)
    made = ConstraintFacts(
        oid=world.new_oid(), name=name, kind=letter, table=relation.oid, columns=columns,
        index=index.oid, no_inherit=relation.kind != "p",
    )  # fmt: skip
    keep(world, made)
    world.depend(DependencyFacts("pg_class", index.oid, 0, "pg_constraint", made.oid, 0, "i"))
    return IndexConstraint(made, names)


def _new_index(
    world: World, relation: RelationFacts, name: str, columns: tuple[int, ...], letter: str
) -> IndexFacts:
    named = {column.number: column for column in relation.columns}
    chosen = [default_class(world, named[n].type, "btree") for n in columns if n in named]
    index = IndexFacts(
        oid=world.new_oid(),
        table=relation.oid,
        unique=letter in "pu",
        primary=letter == "p",
        exclusion=letter == "x",
        columns=columns,
        keys=len(columns),
        classes=tuple(c.oid if c else 0 for c in chosen),
        uses=frozenset(columns),
    )
    kind = "I" if relation.kind == "p" else "i"
    world.add(RelationFacts(index.oid, relation.schema, name, kind, relation.persistence))
    world.indexes.put(index)
    return index
