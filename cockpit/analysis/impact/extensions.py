"""What belongs to an extension, or goes with one."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.locks import LockMode

_RELATIONS = {
    pb.OBJECT_TABLE: "r", pb.OBJECT_VIEW: "v", pb.OBJECT_MATVIEW: "m", pb.OBJECT_SEQUENCE: "S",
    pb.OBJECT_FOREIGN_TABLE: "f",
}  # fmt: skip


def alter_contents(scene: Scene, node: pb.AlterExtensionContentsStmt) -> None:
    """ALTER EXTENSION ... ADD or DROP of a relation."""
    if node.objtype in _RELATIONS:
        relation = scene.find(syntax.object_name(node.object), _RELATIONS[node.objtype])
        scene.lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE)


def depend(scene: Scene, node: pb.AlterObjectDependsStmt) -> None:
    """ALTER ... DEPENDS ON EXTENSION: a trigger's table is only looked up."""
    if not node.HasField("relation"):
        return
    on_table = node.object_type == pb.OBJECT_TRIGGER
    mode = LockMode.ACCESS_SHARE if on_table else LockMode.ACCESS_EXCLUSIVE
    scene.lock(scene.find(node.relation, "r" if on_table else "i"), mode)


def unfold(scene: Scene, node: pb.CreateExtensionStmt) -> None:
    """CREATE EXTENSION makes things that the text does not name, unless it is there already."""
    if ("pg_extension", node.extname) not in scene.world.objects:
        scene.world.uncertain = True
        scene.world.objects["pg_extension", node.extname] = scene.world.new_oid()


def change(scene: Scene, node: syntax.Node) -> None:
    """ALTER EXTENSION, IMPORT FOREIGN SCHEMA: what is there afterwards the text does not say."""
    scene.world.uncertain = True


HANDLERS = {
    "CreateExtensionStmt": unfold,
    "AlterExtensionStmt": change,
    "ImportForeignSchemaStmt": change,
    "AlterExtensionContentsStmt": alter_contents,
    "AlterObjectDependsStmt": depend,
}
