"""Sequences, and the functions that move them."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.create_table import new_relation
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import DependencyFacts, RelationFacts
from cockpit.model.locks import LockMode

_MOVES = ("nextval", "setval")
_READS = ("currval", "lastval", "pg_sequence_last_value", "pg_get_serial_sequence")


def create(scene: Scene, node: pb.CreateSeqStmt) -> None:
    """CREATE SEQUENCE; OWNED BY looks the table up."""
    world = scene.world
    schema = node.sequence.schemaname or world.creation_schema
    if (schema, node.sequence.relname) in world.names:
        return
    sequence = new_relation(scene, node.sequence, "S")
    _own(scene, sequence, node.options)


def alter(scene: Scene, node: pb.AlterSeqStmt) -> None:
    """ALTER SEQUENCE: SHARE ROW EXCLUSIVE, so nextval waits."""
    sequence = scene.find(node.sequence, "S")
    if sequence is None:
        return
    scene.lock(sequence, LockMode.SHARE_ROW_EXCLUSIVE)
    _own(scene, sequence, node.options)


def _own(scene: Scene, sequence: RelationFacts, options: "list[pb.Node]") -> None:
    element = syntax.option(options, "owned_by")
    if element is None:
        return
    parts = syntax.words(element.arg.list.items)
    _disown(scene, sequence)
    if len(parts) < 2:
        return
    schema = parts[-3] if len(parts) > 2 else ""
    table = scene.find(pb.RangeVar(schemaname=schema, relname=parts[-2]))
    scene.lock(table, LockMode.ACCESS_SHARE)
    if table is not None:
        number = (table.numbers((parts[-1],)) or (0,))[0]
        scene.world.depend(DependencyFacts(
            "pg_class", sequence.oid, 0, "pg_class", table.oid, number, "a"
        ))  # fmt: skip


def _disown(scene: Scene, sequence: RelationFacts) -> None:
    """Whichever column it belonged to before, it does no longer."""
    needs = scene.world.requirements.get(("pg_class", sequence.oid), ())
    for need in [need for need in needs if need.needs_catalog == "pg_class" and need.kind == "a"]:
        scene.world.release(need)


def touch(scene: Scene, call: pb.FuncCall) -> bool:
    """Lock the sequence that a call names; False when it is no such call."""
    name = syntax.words(call.funcname)[-1]
    if name not in _MOVES + _READS or not call.args:
        return False
    first = syntax.unwrap(call.args[0])
    text = syntax.constant_text(first)
    if name in _MOVES and isinstance(first, pb.FuncCall):
        for sequence in _serial(scene, first):
            scene.lock(sequence, LockMode.ROW_EXCLUSIVE)
    if (text and name in _MOVES) or (text and name == "currval"):
        scene.lock(_named(scene, text), LockMode.ROW_EXCLUSIVE)
    return True


def _serial(scene: Scene, call: pb.FuncCall) -> list[RelationFacts]:
    """The sequence that `pg_get_serial_sequence` names."""
    if syntax.words(call.funcname)[-1] != "pg_get_serial_sequence" or len(call.args) != 2:
        return []
    table, column = (syntax.constant_text(syntax.unwrap(item)) for item in call.args)
    name = syntax.relation_name(table) if table else None
    relation = scene.find(name) if name is not None else None
    number = relation.numbers((column,)) if relation else ()
    return scene.world.owned_sequences(relation.oid, number[0]) if relation and number else []


def _named(scene: Scene, text: str) -> RelationFacts | None:
    name = syntax.relation_name(text)
    return scene.find(name, "S") if name is not None else None


HANDLERS = {"CreateSeqStmt": create, "AlterSeqStmt": alter}
