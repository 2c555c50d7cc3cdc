"""COPY."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import columns, syntax
from cockpit.analysis.impact.insertion import Insertion
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.writer import Writer
from cockpit.model.locks import LockMode


def copy(scene: Scene, node: pb.CopyStmt) -> None:
    """COPY TO reads a table or a query, COPY FROM writes as INSERT does."""
    if node.HasField("query"):
        scene.study(syntax.unwrap(node.query))
        return
    table = scene.find(node.relation)
    if table is None:
        return
    if not node.is_from:
        scene.lock(table, LockMode.ACCESS_SHARE)
        scene.scan(table)
        return
    scene.lock(table, LockMode.ROW_EXCLUSIVE)
    columns.refuse_unknown(scene, table, syntax.words(node.attlist))
    names = syntax.words(node.attlist) or tuple(column.name for column in table.columns)
    Writer(scene).insert(table, Insertion(names, root_indexes=True))


HANDLERS = {"CopyStmt": copy}
