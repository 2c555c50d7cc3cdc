"""Domains."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.locks import LockMode


def alter(scene: Scene, node: pb.AlterDomainStmt) -> None:
    """ALTER DOMAIN: what restricts values reads every table that has a column of the domain."""
    if node.subtype == "C" and syntax.unwrap(getattr(node, "def")).skip_validation:
        return
    if node.subtype in ("C", "O", "V"):
        if scene.world.assumes:
            scene.note("every table with a column of this domain is locked SHARE and read")
        for table in scene.world.tables_with(syntax.name_of(node.type_name)):
            scene.lock(table, LockMode.SHARE)
            scene.scan(table)


def create(scene: Scene, node: pb.CreateDomainStmt) -> None:
    """CREATE DOMAIN: catalog only."""


HANDLERS = {"AlterDomainStmt": alter, "CreateDomainStmt": create}
