"""DROP of anything, DROP OWNED."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.cascade import Address, Cascade
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import FunctionFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX, _SUX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE
_RELATIONS = {
    pb.OBJECT_TABLE: "r",
    pb.OBJECT_VIEW: "v",
    pb.OBJECT_MATVIEW: "m",
    pb.OBJECT_SEQUENCE: "S",
    pb.OBJECT_FOREIGN_TABLE: "f",
    pb.OBJECT_INDEX: "i",
}
_KINDS = {
    "r": ("rp", "a table"),
    "v": ("v", "a view"),
    "m": ("m", "a materialized view"),
    "S": ("S", "a sequence"),
    "f": ("f", "a foreign table"),
    "i": ("iI", "an index"),
}
_ON_RELATION = {
    pb.OBJECT_TRIGGER: "pg_trigger",
    pb.OBJECT_RULE: "pg_rewrite",
    pb.OBJECT_POLICY: "pg_policy",
}
_NAMED = {
    pb.OBJECT_SCHEMA: "pg_namespace",
    pb.OBJECT_EXTENSION: "pg_extension",
    pb.OBJECT_FOREIGN_SERVER: "pg_foreign_server",
    pb.OBJECT_FDW: "pg_foreign_data_wrapper",
    pb.OBJECT_LANGUAGE: "pg_language",
    pb.OBJECT_ACCESS_METHOD: "pg_am",
    pb.OBJECT_COLLATION: "pg_collation",
    pb.OBJECT_EVENT_TRIGGER: "pg_event_trigger",
}
_SEEN = (*_RELATIONS, *_ON_RELATION, *_NAMED, pb.OBJECT_TYPE, pb.OBJECT_DOMAIN)
"""What the facts know every one of; of routines they know those that do something."""
_ROUTINES = (pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE, pb.OBJECT_AGGREGATE)


def drop(scene: Scene, node: pb.DropStmt) -> None:
    """DROP: the objects, and with CASCADE all that needs them."""
    scene.transactional = not node.concurrent
    if node.concurrent:
        _drop_index_concurrently(scene, node)
        return
    targets: list[Address] = []
    for item in node.objects:
        if node.remove_type in _RELATIONS and not node.missing_ok:
            _refuse_missing(scene, syntax.object_name(item))
        targets += _targets(scene, node, item)
    if node.missing_ok and not targets and node.remove_type in _SEEN:
        scene.finds_nothing = not (scene.world.assumes or scene.world.uncertain)
    cascades = node.behavior == pb.DROP_CASCADE
    if cascades and scene.world.assumes:
        scene.note("what depends on it is locked and dropped too")
    Cascade(scene, cascades=cascades).drop(*targets)


def _refuse_missing(scene: Scene, name: pb.RangeVar) -> None:
    """Relations are locked one after the other, before anything is looked up that needs them."""
    if scene.is_missing(name):
        scene.refuse(f"{name.relname} does not exist")


def _targets(scene: Scene, node: pb.DropStmt, item: pb.Node) -> list[Address]:
    kind = node.remove_type
    if kind in _RELATIONS:
        return _relation(scene, syntax.object_name(item), _RELATIONS[kind])
    if kind in _ON_RELATION:
        return _on_relation(scene, item, _ON_RELATION[kind])
    if kind in (pb.OBJECT_TYPE, pb.OBJECT_DOMAIN):
        oid, _ = DataTypes(scene.world).resolve(syntax.unwrap(item))
        return [("pg_type", oid, 0)] if oid else []
    if kind in _ROUTINES:
        return [("pg_proc", f.oid, 0) for f in _functions(scene, syntax.unwrap(item))]
    if kind == pb.OBJECT_STATISTIC_EXT:
        return _statistics(scene, syntax.object_name(item))
    if kind in _NAMED:
        return _named(scene, item, _NAMED[kind])
    return []


def _relation(scene: Scene, name: pb.RangeVar, kind: str) -> list[Address]:
    relation = scene.find_only(name, *_KINDS[kind])
    if relation is None:
        return []
    if relation.kind in "iI":
        _lock_table_of(scene, relation, _AX)
    if relation.kind == "I" and (facts := scene.world.indexes.get(relation.oid)):
        for member in scene.world.tree(facts.table):
            scene.lock(member, _AX)
    for parent in scene.world.parents(relation.oid) if relation.partition else ():
        scene.lock(parent, _AX)
    if relation.kind == "r" and scene.world.is_assumed(relation):
        scene.note(f"tables that {relation.name} references are locked ACCESS EXCLUSIVE too")
    scene.lock(relation, _AX)
    return [("pg_class", relation.oid, 0)]


def _lock_table_of(scene: Scene, index: RelationFacts, mode: LockMode) -> None:
    """The table of an index is locked before the index."""
    facts = scene.world.indexes.get(index.oid)
    if facts is not None:
        scene.lock(scene.world.relations.get(facts.table), mode)
    elif scene.world.assumes:
        scene.note(f"the table of index {index.name} is locked {mode.words} too")


def _drop_index_concurrently(scene: Scene, node: pb.DropStmt) -> None:
    if len(node.objects) > 1:
        scene.refuse("only one index can be dropped concurrently in one statement")
    for item in node.objects:
        index = scene.find(syntax.object_name(item), "i")
        if index is not None:
            _lock_table_of(scene, index, _SUX)
            scene.lock(index, _SUX if index.kind == "I" else _AX)
            scene.world.remove(index.oid)


def _on_relation(scene: Scene, item: pb.Node, catalog: str) -> list[Address]:
    """The table is looked up first; without the object nothing stronger follows."""
    parts = syntax.words(syntax.unwrap(item).items)
    schema = parts[-3] if len(parts) > 2 else ""
    table = scene.find(pb.RangeVar(schemaname=schema, relname=parts[-2]))
    if table is None:
        return []
    scene.lock(table, LockMode.ACCESS_SHARE)
    world = scene.world
    if world.is_assumed(table):
        scene.lock(table, _AX)
    return [(catalog, oid, 0) for oid in _named_on(scene, table, catalog, parts[-1])]


def _named_on(scene: Scene, table: RelationFacts, catalog: str, name: str) -> list[int]:
    world = scene.world
    if catalog == "pg_trigger":
        return [trigger.oid for trigger in world.triggers.of(table.oid) if trigger.name == name]
    if catalog == "pg_policy":
        return [policy.oid for policy in world.policies.of(table.oid) if policy.name == name]
    return [rule.oid for rule in world.rules.of(table.oid) if rule.name == name]


def _functions(scene: Scene, written: pb.ObjectWithArgs) -> list[FunctionFacts]:
    name = syntax.name_of(written.objname)
    named = scene.world.functions_named(name.schemaname, name.relname)
    if written.args_unspecified or len(named) == 1:
        return named
    types = DataTypes(scene.world)
    wanted = tuple(types.resolve(syntax.unwrap(item))[0] for item in written.objargs)
    return [function for function in named if function.arguments == wanted]


def _statistics(scene: Scene, name: pb.RangeVar) -> list[Address]:
    world = scene.world
    places = [name.schemaname] if name.schemaname else world.search_path
    found = [s for s in world.statistics if s.name == name.relname and s.schema in places]
    return [("pg_statistic_ext", thing.oid, 0) for thing in found]


def _named(scene: Scene, item: pb.Node, catalog: str) -> list[Address]:
    name = syntax.object_name(item).relname
    oid = scene.world.objects.get((catalog, name))
    if oid is None:
        return []
    found: list[Address] = [(catalog, oid, 0)]
    if catalog == "pg_namespace":
        inside = [r for r in scene.world.relations.values() if r.schema == name]
        found += [("pg_class", r.oid, 0) for r in inside if r.oid < 0]
    return found


def drop_owned(scene: Scene, node: pb.DropOwnedStmt) -> None:
    """DROP OWNED BY: every relation of these roles, and policies that are for them alone."""
    roles = {role.role_spec.rolename for role in node.roles}
    if scene.world.assumes:
        scene.cannot_tell("the catalog knows what these roles own")
    owned = [r for r in scene.world.relations.values() if r.owner in roles and r.kind not in "iI"]
    targets = [("pg_class", relation.oid, 0) for relation in owned]
    for policy in scene.world.policies:
        if policy.roles and roles >= set(policy.roles):
            scene.lock(scene.world.relations.get(policy.table), _AX)
    Cascade(scene, cascades=node.behavior == pb.DROP_CASCADE).drop(*targets)


HANDLERS = {"DropStmt": drop, "DropOwnedStmt": drop_owned}
