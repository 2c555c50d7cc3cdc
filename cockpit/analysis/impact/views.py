"""Views and materialized views."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.create_table import new_relation, schema_for
from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.row_types import lock_composites
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode


def create(scene: Scene, node: pb.ViewStmt) -> None:
    """CREATE VIEW looks its relations up; OR REPLACE locks the view itself."""
    Reader(scene, Depth.PARSE).query(syntax.unwrap(node.query))
    world = scene.world
    oid = world.names.get((schema_for(scene, node.view), node.view.relname))
    if oid is None and node.replace and world.assumes:
        scene.note(f"if {node.view.relname} exists, it is locked ACCESS EXCLUSIVE")
    if oid is not None and not node.replace:
        scene.refuse(f"relation {node.view.relname} exists already")
    if oid is not None:
        scene.lock(world.relations[oid], LockMode.ACCESS_EXCLUSIVE)
        view = world.relations[oid]
    else:
        view = new_relation(scene, node.view, "v")
    world.change(view, definition=syntax.to_statement(syntax.unwrap(node.query)))


def refresh(scene: Scene, node: pb.RefreshMatViewStmt) -> None:
    """REFRESH: a new file under ACCESS EXCLUSIVE; CONCURRENTLY compares and lets readers go on."""
    view = scene.find_only(node.relation, "m", "a materialized view")
    if view is None:
        return
    if node.concurrent:
        scene.lock(view, LockMode.EXCLUSIVE)
        if not view.populated:
            scene.refuse(f"{view.name} was never filled, so nothing can be compared")
        if not can_be_compared(scene, view):
            scene.refuse(f"{view.name} has no unique index over columns, without a condition")
        scene.lock_indexes(view, LockMode.ROW_EXCLUSIVE)
        scene.scan(view)
    else:
        scene.lock(view, LockMode.ACCESS_EXCLUSIVE)
        for facts in scene.world.indexes.of(view.oid):
            index = scene.world.relations[facts.oid]
            scene.lock(index, LockMode.ACCESS_EXCLUSIVE)
            scene.rebuild(index)
        if not node.skip_data:
            scene.move(view)
            lock_composites(scene, [column.type for column in view.columns])
    if node.skip_data:
        scene.lose(f"the rows of {view.name} until it is refreshed")
        return
    if view.definition:
        for query in syntax.parse(view.definition):
            Reader(scene).select(query)
    elif scene.world.assumes:
        scene.note("the tables its query reads are locked ACCESS SHARE")


def can_be_compared(scene: Scene, view: RelationFacts) -> bool:
    """Whether some unique index tells all rows of a materialized view apart."""
    return any(
        index.unique and index.valid and not index.predicate and not index.expressions
        for index in scene.world.indexes.of(view.oid)
    )


HANDLERS = {"ViewStmt": create, "RefreshMatViewStmt": refresh}
