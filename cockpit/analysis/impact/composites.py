"""CREATE TYPE and ALTER TYPE of composite, enum and range types."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.columns import column_of
from cockpit.analysis.impact.create_table import new_relation
from cockpit.analysis.impact.row_types import lock_composites
from cockpit.analysis.impact.scene import Scene


def create(scene: Scene, node: pb.CompositeTypeStmt) -> None:
    """CREATE TYPE ... AS (...)."""
    relation = new_relation(scene, node.typevar, "c")
    for item in node.coldeflist:
        relation = scene.world.add_column(relation, column_of(scene.world, item.column_def))
    lock_composites(scene, [column.type for column in relation.columns])


def catalog_only(scene: Scene, node: object) -> None:
    """Enums, ranges and options of base types: nothing but system catalogs."""


HANDLERS = {
    "CompositeTypeStmt": create,
    "CreateEnumStmt": catalog_only,
    "CreateRangeStmt": catalog_only,
    "AlterEnumStmt": catalog_only,
    "AlterTypeStmt": catalog_only,
}
