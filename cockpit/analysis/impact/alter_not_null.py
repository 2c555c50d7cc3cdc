"""SET NOT NULL, DROP NOT NULL, and NOT NULL as the named constraint it is since 18."""

from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_constraints, implication, syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.constraints import keep, name_constraint
from cockpit.model.facts import ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode


def set_(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """SET NOT NULL: rows are read unless a check that holds proves it."""
    if alteration.scene.major >= 18:
        _set_named(alteration, relation, command.name)
        return
    column = relation.column(command.name)
    if column is not None and column.not_null and relation.kind == "p":
        return
    if relation.kind == "p" and alteration.only:
        _check_descendants(alteration, relation)
    for child in alteration.children(relation):
        set_(alteration, child, command)
    _mark(alteration, relation, command.name)


def _check_descendants(alteration: Alteration, relation: RelationFacts) -> None:
    """With ONLY every partition must refuse nulls already (`AT_CheckNotNull`)."""
    for member in alteration.scene.world.tree(relation.oid):
        alteration.scene.lock(member, alteration.mode)


def _set_named(
    alteration: Alteration, relation: RelationFacts, name: str, *, inherited: bool = False
) -> None:
    """Where there is a constraint already, it counts one more source and goes no further down."""
    own = constraint_on(alteration, relation, name)
    if own is not None:
        if inherited or not own.local:
            _add_source(alteration, own, inherited=inherited)
        elif not own.valid:
            alter_constraints.validate_rows(alteration, relation, own)
        return
    column = relation.column(name)
    if column is not None and column.not_null:
        return
    _keep(alteration, relation, pb.Constraint(), name, inherited=inherited)
    _mark(alteration, relation, name)
    for child in alteration.children(relation):
        _set_named(alteration, child, name, inherited=True)


def add(
    alteration: Alteration,
    relation: RelationFacts,
    constraint: pb.Constraint,
    *,
    inherited: bool = False,
) -> None:
    """ADD CONSTRAINT ... NOT NULL (18): NOT VALID reads no rows, but nulls are refused at once."""
    (name,) = syntax.words(constraint.keys)
    own = constraint_on(alteration, relation, name)
    if own is not None:
        _add_source(alteration, own, inherited=inherited)
        return
    _keep(alteration, relation, constraint, name, inherited=inherited)
    if constraint.skip_validation:
        alteration.scene.world.change_column(relation, name, not_null=True)
    else:
        _mark(alteration, relation, name)
    for child in [] if constraint.is_no_inherit else alteration.looked_up_children(relation):
        add(alteration, child, constraint, inherited=True)


def hand_down(
    alteration: Alteration, relation: RelationFacts, constraint: ConstraintFacts, *, ends: bool
) -> None:
    """ALTER CONSTRAINT ... INHERIT or NO INHERIT (18): the direct children alone."""
    if constraint.no_inherit == ends:
        return
    world = alteration.scene.world
    world.constraints.put(replace(constraint, no_inherit=ends))
    (name,) = relation.named(constraint.columns) or ("",)
    for child in alteration.looked_up_children(relation):
        own = constraint_on(alteration, child, name)
        if not ends:
            _set_named(alteration, child, name, inherited=True)
        elif own is not None:
            world.constraints.put(replace(own, ancestors=own.ancestors - 1, local=True))


def drop(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """DROP NOT NULL: descendants too; since 18 those that have it from here alone."""
    scene, world = alteration.scene, alteration.scene.world
    column = relation.column(command.name)
    if scene.major >= 18:
        if column is not None and not column.not_null:
            return
        own = constraint_on(alteration, relation, command.name)
        if own is not None:
            alter_constraints.drop_one(alteration, relation, own)
            return
        scene.lock_indexes(relation, LockMode.ACCESS_SHARE)
    children = alteration.looked_up_children if scene.major >= 18 else alteration.children
    for child in children(relation):
        drop(alteration, child, command)
    world.change_column(world.relations.get(relation.oid, relation), command.name, not_null=False)


def constraint_on(
    alteration: Alteration, relation: RelationFacts, name: str
) -> ConstraintFacts | None:
    """The not-null constraint of a column; None also where it has none of its own, before 18."""
    numbers = relation.numbers((name,))
    for constraint in alteration.scene.world.constraints.of(relation.oid):
        if constraint.kind == "n" and numbers and constraint.columns == numbers:
            return constraint
    return None


def _add_source(alteration: Alteration, own: ConstraintFacts, *, inherited: bool) -> None:
    more = replace(own, ancestors=own.ancestors + 1) if inherited else replace(own, local=True)
    alteration.scene.world.constraints.put(more)


def _keep(
    alteration: Alteration,
    relation: RelationFacts,
    constraint: pb.Constraint,
    name: str,
    *,
    inherited: bool,
) -> None:
    columns = relation.numbers((name,))
    world = alteration.scene.world
    keep(world, ConstraintFacts(
        oid=world.new_oid(),
        name=constraint.conname or name_constraint(relation, columns, "not_null"),
        kind="n",
        table=relation.oid,
        columns=columns,
        valid=not constraint.skip_validation,
        no_inherit=constraint.is_no_inherit,
        local=not inherited,
        ancestors=int(inherited),
    ))  # fmt: skip


def _mark(alteration: Alteration, relation: RelationFacts, name: str) -> None:
    """The column refuses nulls from now on."""
    world = alteration.scene.world
    relation = world.relations.get(relation.oid, relation)
    column = relation.column(name)
    if column is not None and column.not_null:
        return
    proven = implication.is_not_null(world, relation, name)
    alteration.on(relation).check |= not proven
    if world.is_assumed(relation) and not proven:
        alteration.scene.note(
            f"a valid CHECK ({name} IS NOT NULL) would spare reading {relation.name}"
        )
    world.change_column(relation, name, not_null=True)
