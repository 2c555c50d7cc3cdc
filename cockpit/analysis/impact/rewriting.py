"""A statement that writes and is analyzed, rewritten or planned, but does not run."""

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.access import Source
from cockpit.analysis.impact.updatable import below
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

if TYPE_CHECKING:
    from cockpit.analysis.impact.reader import Names, Reader

_RX = LockMode.ROW_EXCLUSIVE
WRITES = (pb.InsertStmt, pb.UpdateStmt, pb.DeleteStmt, pb.MergeStmt)


def look_through(reader: "Reader", statement: syntax.Node, known: "Names") -> None:
    """Of EXPLAIN, PREPARE, the body of a new function, the action of a new rule."""
    known = reader.with_clause(statement.with_clause, known)
    for item in _others(statement):
        for source in reader.source(item, known):
            reader.read(source, [])
    reader.expressions(syntax.children(statement), known)
    target = reader.scene.find(statement.relation)
    if target is None:
        return
    if not isinstance(statement, pb.InsertStmt):
        reader.read(Source(target, "", statement.relation.inh), [], mode=_RX)
    _lock_target(reader, target)


def _others(statement: syntax.Node) -> list[syntax.Node]:
    """What is read beside the target: FROM, USING, the source of MERGE."""
    if isinstance(statement, pb.UpdateStmt):
        return list(statement.from_clause)
    if isinstance(statement, pb.DeleteStmt):
        return list(statement.using_clause)
    return [statement.source_relation] if isinstance(statement, pb.MergeStmt) else []


def _lock_target(reader: "Reader", target: RelationFacts) -> None:
    """Of a view that is written through, also what is below it and what its query reads."""
    reader.scene.lock(target, _RX)
    if target.kind == "v" and reader.rewrites:
        reader.view(target)
        found = below(reader.scene.world, target)
        if found is not None:
            _lock_target(reader, found.relation)
