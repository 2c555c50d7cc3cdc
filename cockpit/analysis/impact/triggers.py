"""CREATE TRIGGER."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import TriggerFacts
from cockpit.model.locks import LockMode

_SRX = LockMode.SHARE_ROW_EXCLUSIVE


def create(scene: Scene, node: pb.CreateTrigStmt) -> None:
    """SHARE ROW EXCLUSIVE; a row trigger of a partitioned table is made in every partition."""
    table = scene.find(node.relation)
    if table is None:
        return
    scene.lock(table, _SRX)
    if node.row and table.kind == "p":
        for partition in scene.world.tree(table.oid):
            scene.lock(partition, _SRX)
    if node.HasField("constrrel"):
        scene.lock(scene.find(node.constrrel), LockMode.ACCESS_SHARE)
    name = syntax.name_of(node.funcname)
    functions = scene.world.find_functions(name.schemaname, name.relname, 0)
    scene.world.triggers.put(TriggerFacts(
        oid=scene.world.new_oid(),
        name=node.trigname,
        table=table.oid,
        function=functions[0].oid if functions else 0,
        bits=node.events | node.timing | (1 if node.row else 0),
    ))  # fmt: skip


HANDLERS = {"CreateTrigStmt": create}
