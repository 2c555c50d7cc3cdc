"""TRUNCATE."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.writer import Writer
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode


def truncate(scene: Scene, node: pb.TruncateStmt) -> None:
    """ACCESS EXCLUSIVE on tables and descendants; CASCADE adds all that reference them."""
    world = scene.world
    tables: dict[int, RelationFacts] = {}
    for item in node.relations:
        table = scene.find_only(item.range_var, "rpf", "a table")
        scene.lock(table, LockMode.ACCESS_EXCLUSIVE)
        if table is not None:
            members = world.tree(table.oid) if item.range_var.inh else [table]
            tables |= {member.oid: member for member in members}
    if node.behavior == pb.DROP_CASCADE:
        _add_referencing(scene, tables)
    for table in tables.values():
        scene.lock(table, LockMode.ACCESS_EXCLUSIVE)
        if table.kind != "p":
            scene.lock_indexes(table, LockMode.ACCESS_EXCLUSIVE)
        scene.lose(f"every row of {table.name}")
        if node.restart_seqs:
            for sequence in world.owned_sequences(table.oid):
                scene.lock(sequence, LockMode.ACCESS_EXCLUSIVE)
        Writer(scene).truncate(table)


def _add_referencing(scene: Scene, tables: dict[int, RelationFacts]) -> None:
    world = scene.world
    if world.assumes:
        scene.note("every table that references one of these is emptied too")
    pending = list(tables)
    while pending:
        for key in world.references_to(pending.pop()):
            for member in world.tree(key.table):
                if member.oid not in tables:
                    tables[member.oid] = member
                    pending.append(member.oid)


HANDLERS = {"TruncateStmt": truncate}
