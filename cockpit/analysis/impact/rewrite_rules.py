"""CREATE RULE."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RuleFacts
from cockpit.model.locks import LockMode

_EVENTS = {
    pb.CMD_SELECT: "SELECT",
    pb.CMD_UPDATE: "UPDATE",
    pb.CMD_INSERT: "INSERT",
    pb.CMD_DELETE: "DELETE",
}


def create(scene: Scene, node: pb.RuleStmt) -> None:
    """ACCESS EXCLUSIVE; what the actions name is looked up."""
    table = scene.find(node.relation)
    if table is None:
        return
    scene.lock(table, LockMode.ACCESS_EXCLUSIVE)
    reader = Reader(scene, Depth.PARSE)
    hidden = frozenset({"old", "new"})
    reader.expressions([syntax.unwrap(node.where_clause)], hidden)
    for item in node.actions:
        reader.query(syntax.unwrap(item), hidden)
    scene.world.rules.put(RuleFacts(
        scene.world.new_oid(), node.rulename, table.oid, _EVENTS[node.event], node.instead,
        syntax.to_statement(node),
    ))  # fmt: skip


HANDLERS = {"RuleStmt": create}
