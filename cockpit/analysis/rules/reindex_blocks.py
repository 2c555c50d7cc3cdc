"""REINDEX blocks writes on the table, and every query that would use the index."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "reindex-blocks"
READS = ("ReindexStmt",)
EFFECT = (
    "Blocks writes on {what} until every index is built again, and every query whose plan needs "
    "to open such an index."
)
SAFER = """\
-- outside of a transaction, reads and writes go on:
{statement};"""
BAD = "REINDEX TABLE orders;"
GOOD = "REINDEX TABLE CONCURRENTLY orders;"
_WHOLE = {
    pb.REINDEX_OBJECT_DATABASE: "every table of the database",
    pb.REINDEX_OBJECT_SYSTEM: "the system catalogs",
    pb.REINDEX_OBJECT_SCHEMA: "every table of the schema",
}


def check(subject: Subject) -> Hazard | None:
    """Silent when it is done concurrently; system catalogs have no such way."""
    reindex = subject.node
    if syntax.switched_on(reindex.params, "concurrently"):
        return None
    what = _WHOLE.get(reindex.kind)
    if what is None and subject.lock is None:
        return None
    size = subject.size
    severity = Severity.HIGH if what else size.severity
    named = what or f"{subject.table} ({size})"
    safer = "" if reindex.kind == pb.REINDEX_OBJECT_SYSTEM else _safer(reindex)
    return Hazard(NAME, severity, EFFECT.format(what=named), safer, mechanical=bool(safer))


def _safer(reindex: pb.ReindexStmt) -> str:
    copy = pb.ReindexStmt()
    copy.CopyFrom(reindex)
    option = copy.params.add()
    option.def_elem.defname = "concurrently"
    option.def_elem.defaction = pb.DEFELEM_UNSPEC
    return SAFER.format(statement=syntax.to_statement(copy))
