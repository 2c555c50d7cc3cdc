"""ALTER TABLE and its like: one lock for all subcommands, then each in PostgreSQL's order."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import (
    alter_columns,
    alter_constraints,
    alter_inheritance,
    alter_not_null,
    alter_storage,
    alter_triggers,
    alter_type,
    attach,
    detach,
    syntax,
)
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.options import lock_for_options
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

Step = Callable[[Alteration, RelationFacts, pb.AlterTableCmd], None]


class Pass(IntEnum):
    """The order in which PostgreSQL works through subcommands (`AT_PASS_*`)."""

    DROP = 0
    ALTER_TYPE = 1
    ADD_COLUMN = 5
    ADD_CONSTRAINT = 7
    COLUMN_ATTRIBUTES = 8
    ADD_INDEX = 9
    OTHER_CONSTRAINT = 10
    MISC = 11


class Reach(IntEnum):
    """Which relations take part before any work is done."""

    SELF = 0
    """This one; descendants, if any, are reached while the work is done."""
    TREE = 1
    """Descendants are locked at once and altered too, unless ONLY is given."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one subcommand does: `AlterTableGetLockLevel`, `ATPrepCmd`, `ATExecCmd`."""

    run: Step
    mode: LockMode = LockMode.ACCESS_EXCLUSIVE
    order: Pass = Pass.MISC
    reach: Reach = Reach.SELF


_SUX, _SRX = LockMode.SHARE_UPDATE_EXCLUSIVE, LockMode.SHARE_ROW_EXCLUSIVE
_TREE = Reach.TREE


def _nothing(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """Catalog only."""


RULES: dict[int, Rule] = {
    pb.AT_AddColumn: Rule(alter_columns.add, order=Pass.ADD_COLUMN),
    pb.AT_DropColumn: Rule(alter_columns.drop, order=Pass.DROP),
    pb.AT_AlterColumnType: Rule(alter_type.change, order=Pass.ALTER_TYPE, reach=_TREE),
    pb.AT_ColumnDefault: Rule(alter_columns.set_default, order=Pass.COLUMN_ATTRIBUTES, reach=_TREE),
    pb.AT_SetNotNull: Rule(alter_not_null.set_, order=Pass.COLUMN_ATTRIBUTES),
    pb.AT_DropNotNull: Rule(alter_not_null.drop, order=Pass.DROP),
    pb.AT_SetExpression: Rule(
        alter_columns.set_expression, order=Pass.COLUMN_ATTRIBUTES, reach=_TREE
    ),
    pb.AT_DropExpression: Rule(alter_columns.drop_expression, order=Pass.DROP, reach=_TREE),
    pb.AT_AddIdentity: Rule(alter_columns.add_identity, order=Pass.COLUMN_ATTRIBUTES),
    pb.AT_SetIdentity: Rule(alter_columns.set_identity, order=Pass.COLUMN_ATTRIBUTES),
    pb.AT_DropIdentity: Rule(alter_columns.drop_identity, order=Pass.DROP),
    pb.AT_SetStatistics: Rule(_nothing, _SUX, Pass.COLUMN_ATTRIBUTES, _TREE),
    pb.AT_SetOptions: Rule(_nothing, _SUX),
    pb.AT_ResetOptions: Rule(_nothing, _SUX),
    pb.AT_SetStorage: Rule(alter_columns.set_storage, reach=_TREE),
    pb.AT_SetCompression: Rule(alter_columns.set_storage),
    pb.AT_AlterColumnGenericOptions: Rule(_nothing),
    pb.AT_AddConstraint: Rule(alter_constraints.add, order=Pass.ADD_CONSTRAINT),
    pb.AT_AlterConstraint: Rule(alter_constraints.alter),
    pb.AT_ValidateConstraint: Rule(alter_constraints.validate, _SUX),
    pb.AT_DropConstraint: Rule(alter_constraints.drop, order=Pass.DROP),
    pb.AT_ChangeOwner: Rule(alter_storage.change_owner),
    pb.AT_ClusterOn: Rule(alter_storage.cluster_on, _SUX),
    pb.AT_DropCluster: Rule(_nothing, _SUX),
    pb.AT_SetLogged: Rule(alter_storage.set_persistence),
    pb.AT_SetUnLogged: Rule(alter_storage.set_persistence),
    pb.AT_DropOids: Rule(_nothing),
    pb.AT_SetAccessMethod: Rule(alter_storage.set_access_method),
    pb.AT_SetTableSpace: Rule(alter_storage.set_tablespace),
    pb.AT_SetRelOptions: Rule(_nothing, _SUX),
    pb.AT_ResetRelOptions: Rule(_nothing, _SUX),
    pb.AT_ReplaceRelOptions: Rule(_nothing, _SUX),
    pb.AT_EnableTrig: Rule(alter_triggers.switch, _SRX),
    pb.AT_EnableAlwaysTrig: Rule(alter_triggers.switch, _SRX),
    pb.AT_EnableReplicaTrig: Rule(alter_triggers.switch, _SRX),
    pb.AT_DisableTrig: Rule(alter_triggers.switch, _SRX),
    pb.AT_EnableTrigAll: Rule(alter_triggers.switch, _SRX),
    pb.AT_DisableTrigAll: Rule(alter_triggers.switch, _SRX),
    pb.AT_EnableTrigUser: Rule(alter_triggers.switch, _SRX),
    pb.AT_DisableTrigUser: Rule(alter_triggers.switch, _SRX),
    pb.AT_EnableRule: Rule(_nothing),
    pb.AT_EnableAlwaysRule: Rule(_nothing),
    pb.AT_EnableReplicaRule: Rule(_nothing),
    pb.AT_DisableRule: Rule(_nothing),
    pb.AT_AddInherit: Rule(alter_inheritance.add),
    pb.AT_DropInherit: Rule(alter_inheritance.drop),
    pb.AT_AddOf: Rule(alter_inheritance.add_of),
    pb.AT_DropOf: Rule(_nothing),
    pb.AT_ReplicaIdentity: Rule(alter_storage.replica_identity),
    pb.AT_EnableRowSecurity: Rule(_nothing),
    pb.AT_DisableRowSecurity: Rule(_nothing),
    pb.AT_ForceRowSecurity: Rule(_nothing),
    pb.AT_NoForceRowSecurity: Rule(_nothing),
    pb.AT_GenericOptions: Rule(_nothing),
    pb.AT_AttachPartition: Rule(attach.attach, _SUX),
    pb.AT_DetachPartition: Rule(detach.detach),
    pb.AT_DetachPartitionFinalize: Rule(detach.finalize, _SUX),
}
_INDEX_CONSTRAINTS = (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE, pb.CONSTR_EXCLUSION)
_OPTIONS = (pb.AT_SetRelOptions, pb.AT_ResetRelOptions, pb.AT_ReplaceRelOptions)
_KINDS = {
    pb.OBJECT_INDEX: ("iI", "an index"),
    pb.OBJECT_VIEW: ("v", "a view"),
    pb.OBJECT_MATVIEW: ("m", "a materialized view"),
    pb.OBJECT_SEQUENCE: ("S", "a sequence"),
    pb.OBJECT_TYPE: ("c", "a composite type"),
    pb.OBJECT_FOREIGN_TABLE: ("f", "a foreign table"),
}
_ANY = ("rpfmvSiI", "a relation")
"""ALTER TABLE takes everything that is not a composite type."""


def alter(scene: Scene, node: pb.AlterTableStmt) -> None:
    """ALTER TABLE, INDEX, VIEW, SEQUENCE and their like, and TYPE with attributes."""
    relation = scene.find_only(node.relation, *_KINDS.get(node.objtype, _ANY))
    if relation is None:
        return
    commands = [item.alter_table_cmd for item in node.cmds]
    mode = max((_mode(command) for command in commands), key=lambda mode: mode.rank)
    scene.lock(relation, mode)
    alteration = Alteration(
        scene,
        mode,
        only=not node.relation.inh,
        index=relation.kind in "iI",
        top=relation.oid,
    )
    before = _indexes(scene, relation)
    _lock_descendants(alteration, relation, commands)
    for command in sorted(commands, key=_order):
        _run(alteration, relation, command)
    alter_type.remake(alteration)
    alteration.finish()
    for index in before:
        _replace(scene, index)


def _indexes(scene: Scene, relation: RelationFacts) -> list[RelationFacts]:
    world = scene.world
    members = world.tree(relation.oid)
    found = (world.relations.get(i.oid) for m in members for i in world.indexes.of(m.oid))
    return [index for index in found if index is not None and index.kind == "i"]


def _replace(scene: Scene, index: RelationFacts) -> None:
    """An index that was dropped, and made again under its name by another subcommand."""
    if index.oid not in scene.world.relations and scene.world.find(index.schema, index.name):
        scene.rebuild(index)


def _run(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    rule = RULES.get(command.subtype)
    if rule is None:
        alteration.scene.cannot_tell("a subcommand of ALTER TABLE is not known")
        return
    for member in _reached(alteration, relation, rule):
        rule.run(alteration, member, command)


def _reached(alteration: Alteration, top: RelationFacts, rule: Rule) -> list[RelationFacts]:
    world = alteration.scene.world
    top = world.relations.get(top.oid, top)
    if rule.reach is Reach.SELF or alteration.only:
        return [top]
    return list(world.tree(top.oid))


def _lock_descendants(
    alteration: Alteration, top: RelationFacts, commands: list[pb.AlterTableCmd]
) -> None:
    """Descendants are locked before the first subcommand is carried out (`ATPrepCmd`).

    With DROP CONSTRAINT partitions also where ONLY is given (`ATCheckPartitionsNotInUse`).
    """
    scene = alteration.scene
    for command in commands:
        if command.subtype == pb.AT_AlterColumnType:
            alter_type.prepare(scene, top, command)
        partitions = command.subtype == pb.AT_DropConstraint and top.kind == "p"
        if partitions or (_reaches_tree(scene.major, command) and not alteration.only):
            for member in scene.world.tree(top.oid):
                scene.lock(member, alteration.mode)


def _reaches_tree(major: int, command: pb.AlterTableCmd) -> bool:
    """Since 18 also for constraints, though they reach the children by themselves."""
    if command.subtype == pb.AT_AddConstraint:
        using_index = bool(getattr(command, "def").constraint.indexname)
        return major >= 18 and not using_index
    rule = RULES.get(command.subtype)
    return rule is not None and rule.reach is Reach.TREE


def _mode(command: pb.AlterTableCmd) -> LockMode:
    definition = syntax.unwrap(getattr(command, "def"))
    if command.subtype == pb.AT_AddConstraint and definition.contype == pb.CONSTR_FOREIGN:
        return _SRX
    if command.subtype in _OPTIONS:
        return lock_for_options(definition.items)
    if command.subtype == pb.AT_DetachPartition and definition.concurrent:
        return _SUX
    rule = RULES.get(command.subtype)
    return rule.mode if rule else LockMode.ACCESS_EXCLUSIVE


def _order(command: pb.AlterTableCmd) -> int:
    if command.subtype == pb.AT_AddConstraint:
        kind = syntax.unwrap(getattr(command, "def")).contype
        if kind in _INDEX_CONSTRAINTS:
            return Pass.ADD_INDEX
        if kind == pb.CONSTR_FOREIGN:
            return Pass.OTHER_CONSTRAINT
    rule = RULES.get(command.subtype)
    return rule.order if rule else Pass.MISC


def move_all(scene: Scene, node: pb.AlterTableMoveAllStmt) -> None:
    """ALTER TABLE, INDEX or MATERIALIZED VIEW ALL IN TABLESPACE."""
    kinds = {pb.OBJECT_INDEX: "i", pb.OBJECT_MATVIEW: "m"}.get(node.objtype, "r")
    owners = {role.role_spec.rolename for role in node.roles}
    source = "" if node.orig_tablespacename == "pg_default" else node.orig_tablespacename
    if scene.world.assumes:
        scene.cannot_tell("the catalog knows what lies in the tablespace")
    for relation in list(scene.world.relations.values()):
        wanted = relation.kind in kinds and (not owners or relation.owner in owners)
        if wanted and relation.tablespace == source:
            scene.lock(relation, LockMode.ACCESS_EXCLUSIVE)
            alter_storage.move(scene, relation, node.new_tablespacename)


HANDLERS = {"AlterTableStmt": alter, "AlterTableMoveAllStmt": move_all}
