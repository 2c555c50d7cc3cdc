"""CREATE TYPE and ALTER TYPE of composite, enum and range types."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.columns import column_of
from cockpit.analysis.impact.create_table import new_relation
from cockpit.analysis.impact.row_types import lock_composites
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import TypeFacts


def create(scene: Scene, node: pb.CompositeTypeStmt) -> None:
    """CREATE TYPE ... AS (...)."""
    relation = new_relation(scene, node.typevar, "c")
    for item in node.coldeflist:
        relation = scene.world.add_column(relation, column_of(scene.world, item.column_def))
    lock_composites(scene, [column.type for column in relation.columns])


def create_scalar(
    scene: Scene, node: "pb.CreateEnumStmt | pb.CreateRangeStmt | pb.DefineStmt"
) -> None:
    """CREATE TYPE of an enum, a range or a base type: nothing but system catalogs."""
    if isinstance(node, pb.DefineStmt) and node.kind != pb.OBJECT_TYPE:
        return
    world = scene.world
    name = syntax.name_of(node.defnames if isinstance(node, pb.DefineStmt) else node.type_name)
    kind = {"CreateEnumStmt": "e", "CreateRangeStmt": "r"}.get(type(node).__name__, "b")
    schema = name.schemaname or world.creation_schema
    world.add_type(TypeFacts(world.new_oid(), schema, name.relname, kind))


def catalog_only(scene: Scene, node: object) -> None:
    """Enums, ranges and options of base types: nothing but system catalogs."""


HANDLERS = {
    "CompositeTypeStmt": create,
    "CreateEnumStmt": create_scalar,
    "CreateRangeStmt": create_scalar,
    "DefineStmt": create_scalar,
    "AlterEnumStmt": catalog_only,
    "AlterTypeStmt": catalog_only,
}
