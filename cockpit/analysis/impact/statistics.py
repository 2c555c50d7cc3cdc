"""Extended statistics."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import StatisticsFacts
from cockpit.model.locks import LockMode


def create(scene: Scene, node: pb.CreateStatsStmt) -> None:
    """CREATE STATISTICS: readers and writers go on."""
    for item in node.relations:
        table = scene.find(item.range_var)
        scene.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE)
        if table is not None:
            name = syntax.name_of(node.defnames)
            schema = name.schemaname or scene.world.creation_schema
            oid = scene.world.new_oid()
            scene.world.statistics.put(StatisticsFacts(oid, schema, name.relname, table.oid))


def alter(scene: Scene, node: pb.AlterStatsStmt) -> None:
    """ALTER STATISTICS: only the object itself."""


HANDLERS = {"CreateStatsStmt": create, "AlterStatsStmt": alter}
