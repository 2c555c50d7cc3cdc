"""Row security policies."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import PolicyFacts
from cockpit.model.locks import LockMode

_COMMANDS = {"select": "r", "insert": "a", "update": "w", "delete": "d"}


def create(scene: Scene, node: pb.CreatePolicyStmt) -> None:
    """CREATE POLICY: ACCESS EXCLUSIVE; tables in its subqueries are looked up."""
    _alter(scene, node)
    table = scene.find(node.table)
    if table is not None:
        oid = scene.world.new_oid()
        roles = tuple(r.role_spec.rolename for r in node.roles if r.role_spec.rolename)
        conditions = tuple(
            syntax.to_text(syntax.unwrap(part))
            for part in (node.qual, node.with_check)
            if part.WhichOneof("node")
        )
        command = _COMMANDS.get(node.cmd_name, "*")
        scene.world.policies.put(
            PolicyFacts(oid, node.policy_name, table.oid, roles, conditions, command)
        )


def alter(scene: Scene, node: pb.AlterPolicyStmt) -> None:
    """ALTER POLICY: the same."""
    _alter(scene, node)


def _alter(scene: Scene, node: "pb.CreatePolicyStmt | pb.AlterPolicyStmt") -> None:
    scene.lock(scene.find(node.table), LockMode.ACCESS_EXCLUSIVE)
    conditions = [syntax.unwrap(node.qual), syntax.unwrap(node.with_check)]
    Reader(scene, Depth.PARSE).expressions(conditions, frozenset())


HANDLERS = {"CreatePolicyStmt": create, "AlterPolicyStmt": alter}
