"""ADD, ALTER, VALIDATE and DROP CONSTRAINT."""

from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_not_null, syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.cascade import Cascade
from cockpit.analysis.impact.constraints import (
    foreign_key_of,
    index_constraint_of,
    keep,
    name_constraint,
)
from cockpit.analysis.impact.inherited_keys import take_over
from cockpit.model.facts import ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode

_SRX = LockMode.SHARE_ROW_EXCLUSIVE
_INDEXED = (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE, pb.CONSTR_EXCLUSION)


def add(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """ADD CONSTRAINT of any kind."""
    constraint = getattr(command, "def").constraint
    if constraint.contype == pb.CONSTR_CHECK:
        add_check(alteration, relation, constraint)
    elif constraint.contype == pb.CONSTR_FOREIGN:
        add_foreign_key(alteration, relation, constraint)
    elif constraint.contype in _INDEXED:
        add_indexed(alteration, relation, constraint)
    elif constraint.contype == pb.CONSTR_NOTNULL:
        alter_not_null.add(alteration, relation, constraint)


def add_on_column(
    alteration: Alteration, relation: RelationFacts, column: str, node: pb.Node
) -> None:
    """A constraint written with a new column, as the same one written for the table."""
    constraint = pb.Constraint()
    constraint.CopyFrom(node.constraint)
    named = pb.Node(string=pb.String(sval=column))
    if constraint.contype == pb.CONSTR_FOREIGN:
        constraint.fk_attrs.append(named)
        add_foreign_key(alteration, relation, constraint, new_column=column)
    elif constraint.contype == pb.CONSTR_CHECK:
        add_check(alteration, relation, constraint)
    else:
        constraint.keys.append(named)
        add_indexed(alteration, relation, constraint)


def add_check(
    alteration: Alteration,
    relation: RelationFacts,
    constraint: pb.Constraint,
    *,
    inherited: bool = False,
) -> None:
    """CHECK: every row is read, unless NOT VALID or NOT ENFORCED."""
    world = alteration.scene.world
    relation = world.relations.get(relation.oid, relation)
    same = _named(alteration, relation, constraint.conname) if inherited else None
    if same is not None and same.kind == "c":
        world.constraints.put(replace(same, ancestors=same.ancestors + 1))
        return
    proven = constraint.skip_validation or not constraint.is_enforced
    if not proven:
        alteration.on(relation).check = True
    expression = syntax.unwrap(constraint.raw_expr)
    columns = relation.numbers(tuple(syntax.column_names(expression)))
    name = constraint.conname or name_constraint(relation, columns, "check")
    keep(world, ConstraintFacts(
        oid=world.new_oid(),
        name=name,
        kind="c",
        table=relation.oid,
        columns=columns,
        expression=syntax.to_text(expression),
        valid=not proven,
        enforced=constraint.is_enforced,
        no_inherit=constraint.is_no_inherit,
            local=not inherited,
            ancestors=int(inherited),
    ))  # fmt: skip
    if not constraint.is_no_inherit:
        handed_down = pb.Constraint()
        handed_down.CopyFrom(constraint)
        handed_down.conname = name
        for child in alteration.looked_up_children(relation):
            add_check(alteration, child, handed_down, inherited=True)


def add_indexed(alteration: Alteration, relation: RelationFacts, constraint: pb.Constraint) -> None:
    """PRIMARY KEY, UNIQUE, EXCLUDE: an index is built, unless one is given."""
    scene, world = alteration.scene, alteration.scene.world
    written = syntax.words(constraint.keys)
    for name in written if constraint.contype == pb.CONSTR_PRIMARY else ():
        _refuse_nulls(alteration, world.relations.get(relation.oid, relation), name)
    _refuse_key(alteration, relation, constraint)
    made = index_constraint_of(world, relation, constraint)
    if constraint.indexname:
        index = world.find(relation.schema, constraint.indexname)
        renamed = constraint.conname and constraint.conname != constraint.indexname
        scene.lock(index, LockMode.SHARE_UPDATE_EXCLUSIVE if renamed else LockMode.ACCESS_SHARE)
    else:
        mode = _SRX if constraint.deferrable else LockMode.SHARE
        _build_indexes(alteration, relation, made.constraint, mode)
    if constraint.contype == pb.CONSTR_PRIMARY and not written:
        for name in made.column_names:
            current = world.relations.get(relation.oid, relation)
            _refuse_nulls(alteration, current, name)
        if not made.column_names and world.assumes:
            alteration.on(relation).check = True


def _refuse_key(alteration: Alteration, relation: RelationFacts, constraint: pb.Constraint) -> None:
    """What `DefineIndex` asks of a key before it looks at any partition."""
    scene, world = alteration.scene, alteration.scene.world
    keys = [c for c in world.constraints.of(relation.oid) if c.kind == "p"]
    if constraint.contype == pb.CONSTR_PRIMARY and keys:
        scene.refuse(f"{relation.name} has a primary key already")
    if relation.key is None or constraint.contype == pb.CONSTR_EXCLUSION:
        return
    numbers = set(relation.numbers(syntax.words(constraint.keys)))
    if constraint.keys and not set(relation.key.columns) <= numbers:
        scene.refuse("the constraint must have every column of the partition key")


def _refuse_nulls(alteration: Alteration, relation: RelationFacts, name: str) -> None:
    """What a primary key asks of its columns (`ATPrepAddPrimaryKey`)."""
    column = relation.column(name)
    if alteration.scene.major < 18:
        alter_not_null.set_(alteration, relation, pb.AlterTableCmd(name=name))
    elif column is None or not column.not_null:
        key = pb.Constraint(keys=[pb.Node(string=pb.String(sval=name))])
        alter_not_null.add(alteration, relation, key)


def _build_indexes(
    alteration: Alteration, relation: RelationFacts, made: ConstraintFacts, mode: LockMode
) -> None:
    """On a partitioned table every partition gets one too, under this mode, unless it has it.

    SHARE, or more where a deferrable constraint has a trigger of its own.
    """
    scene, world = alteration.scene, alteration.scene.world
    if relation.kind != "p":
        alteration.on(relation).check = True
        return
    if alteration.only:
        return
    names, ready = relation.named(made.columns), set[int]()
    for member in world.tree(relation.oid):
        scene.lock(member, mode)
        own = (c for c in world.constraints.of(member.oid) if c.oid != made.oid and not c.parent)
        if any(c.kind == made.kind and c.columns == member.numbers(names) for c in own):
            ready |= {below.oid for below in world.tree(member.oid)}
        if member.oid not in ready:
            scene.scan(member)


def add_foreign_key(
    alteration: Alteration,
    relation: RelationFacts,
    constraint: pb.Constraint,
    new_column: str = "",
) -> None:
    """FOREIGN KEY: both sides are locked; unless NOT VALID every referencing row is looked up.

    A new column without a default holds only nulls, so nothing needs to be looked up.
    """
    scene, world = alteration.scene, alteration.scene.world
    target = scene.find(constraint.pktable)
    scene.lock(target, _SRX)
    if constraint.skip_validation and relation.kind == "p" and scene.major < 18:
        scene.refuse("a partitioned table takes no foreign key that is NOT VALID")
    key = foreign_key_of(world, relation, target, constraint)
    for member in world.tree(target.oid) if target else ():
        if target is not None and target.kind == "p":
            scene.lock(member, _SRX)
    proven = constraint.skip_validation or not constraint.is_enforced
    if new_column and _is_null_everywhere(world.relations.get(relation.oid), new_column):
        proven = True
    _refer(alteration, relation, key, proven)


def _refer(
    alteration: Alteration, relation: RelationFacts, key: ConstraintFacts, proven: bool
) -> None:
    """Down the partitions, but not below one that has the same foreign key already."""
    scene, world = alteration.scene, alteration.scene.world
    scene.lock(relation, _SRX)
    if relation.kind != "p":
        if not proven:
            alteration.on(relation).foreign_keys.append(key)
        return
    for child in world.children(relation.oid):
        scene.lock(child, _SRX)
        own = [c for c in world.constraints.of(child.oid) if c.kind == "f"]
        if not take_over(scene, key, own, alteration):
            _refer(alteration, child, key, proven)


def _is_null_everywhere(relation: RelationFacts | None, name: str) -> bool:
    column = relation.column(name) if relation else None
    return column is not None and column.default is None and not column.identity


def alter(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """ALTER CONSTRAINT: deferrability is catalog only; ENFORCED looks rows up again (18)."""
    change = getattr(command, "def").atalter_constraint
    scene, world = alteration.scene, alteration.scene.world
    key = _named(alteration, relation, change.conname)
    if key is None:
        return
    _lock_shares(alteration, relation, key)
    if change.alter_inheritability:
        alter_not_null.hand_down(alteration, relation, key, ends=change.noinherit)
    if not change.alter_enforceability or key.enforced == change.is_enforced:
        return
    mode = _SRX if change.is_enforced else LockMode.ACCESS_EXCLUSIVE
    for member in world.tree(key.references):
        scene.lock(member, mode)
    for member in world.tree(relation.oid) if change.is_enforced else ():
        if member.kind != "p":
            alteration.on(member).foreign_keys.append(key)


def _lock_shares(alteration: Alteration, relation: RelationFacts, key: ConstraintFacts) -> None:
    """The partitions that have a share of a foreign key, down to the last level."""
    world = alteration.scene.world
    for child in world.children(relation.oid):
        for inherited in world.constraints.of(child.oid):
            if inherited.parent == key.oid:
                alteration.scene.lock(child, alteration.mode)
                _lock_shares(alteration, child, inherited)


def validate(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """VALIDATE CONSTRAINT: nothing when it is valid already."""
    scene, world = alteration.scene, alteration.scene.world
    constraint = _named(alteration, relation, command.name)
    if constraint is None:
        if world.assumes:
            alteration.on(relation).check = True
            scene.note("of a foreign key the referenced table is locked ROW SHARE too")
        return
    if constraint.valid:
        return
    if constraint.kind == "f":
        _validate_foreign_key(alteration, relation, constraint)
    else:
        validate_rows(alteration, relation, constraint)


def _validate_foreign_key(
    alteration: Alteration, relation: RelationFacts, key: ConstraintFacts
) -> None:
    world = alteration.scene.world
    world.constraints.put(_proven(key))
    if relation.kind != "p":
        alteration.on(relation).foreign_keys.append(key)
    for child in world.children(relation.oid):
        for inherited in world.constraints.of(child.oid):
            if inherited.parent == key.oid and not inherited.valid:
                alteration.scene.lock(child, alteration.mode)
                _validate_foreign_key(alteration, child, inherited)


def validate_rows(
    alteration: Alteration, relation: RelationFacts, constraint: ConstraintFacts
) -> None:
    """Of a check or not-null: all descendants are locked, rows read where it is not valid yet."""
    world = alteration.scene.world
    inherited = [] if constraint.no_inherit else list(world.tree(relation.oid))[1:]
    for member in inherited:
        alteration.scene.lock(member, alteration.mode)
    for member in [] if alteration.only else inherited:
        own = _inherited(alteration, relation, constraint, member)
        if own is not None and not own.valid:
            alteration.on(member).check = True
            world.constraints.put(_proven(own))
    alteration.on(relation).check = True
    world.constraints.put(_proven(constraint))


def _inherited(
    alteration: Alteration,
    relation: RelationFacts,
    constraint: ConstraintFacts,
    child: RelationFacts,
) -> ConstraintFacts | None:
    """The same constraint of a descendant: a check by its name, a not-null by its column."""
    if constraint.kind != "n":
        return _named(alteration, child, constraint.name)
    return next(
        (
            found
            for name in relation.named(constraint.columns)
            if (found := alter_not_null.constraint_on(alteration, child, name))
        ),
        None,
    )


def drop(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """DROP CONSTRAINT: of a foreign key both sides are locked ACCESS EXCLUSIVE."""
    scene, world = alteration.scene, alteration.scene.world
    constraint = _named(alteration, relation, command.name)
    if constraint is None:
        if world.assumes:
            scene.note("of a foreign key the referenced table is locked ACCESS EXCLUSIVE too")
        return
    drop_one(alteration, relation, constraint, cascades=command.behavior == pb.DROP_CASCADE)


def drop_one(
    alteration: Alteration,
    relation: RelationFacts,
    constraint: ConstraintFacts,
    *,
    cascades: bool = False,
) -> None:
    """One constraint, and what children have from it alone (`dropconstraint_internal`)."""
    scene, world = alteration.scene, alteration.scene.world
    if constraint.kind == "f":
        scene.lock(world.relations.get(constraint.references), alteration.mode)
    if not constraint.no_inherit and (constraint.kind in "cn" or relation.kind != "p"):
        for child in alteration.looked_up_children(relation):
            own = _inherited(alteration, relation, constraint, child)
            if own is not None and own.ancestors <= 1 and not own.local:
                drop_one(alteration, child, own, cascades=cascades)
            elif own is not None:
                world.constraints.put(replace(own, ancestors=own.ancestors - 1))
    if constraint.kind == "n":
        scene.lock_indexes(relation, LockMode.ACCESS_SHARE)
        for name in relation.named(constraint.columns):
            world.change_column(relation, name, not_null=False)
    Cascade(scene, cascades=cascades).drop(("pg_constraint", constraint.oid, 0))


def _named(alteration: Alteration, relation: RelationFacts, name: str) -> ConstraintFacts | None:
    constraints = alteration.scene.world.constraints.of(relation.oid)
    return next((c for c in constraints if c.name == name), None)


def _proven(constraint: ConstraintFacts) -> ConstraintFacts:
    return replace(constraint, valid=True)
