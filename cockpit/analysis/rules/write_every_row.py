"""An UPDATE or DELETE of a whole table in one go bloats it and holds every row it has touched."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "write-every-row"
READS = ("UpdateStmt", "DeleteStmt")
EFFECT = (
    "{verb} {which} of {table} ({size}) in one transaction: whoever writes one of them waits to "
    "its end, replicas fall behind, and {left} stay until vacuum is done."
)
SAFER = """\
-- in batches; as a native migration:
-- migrate:up phase:backfill table:{table} key:id batch:5000
{statement}{joint} id BETWEEN :from AND :to;"""
BAD = "UPDATE orders SET status = 'new';"
GOOD = "UPDATE orders SET status = 'new' WHERE id BETWEEN 1 AND 5000;"


def check(subject: Subject) -> Hazard | None:
    """Without a condition always; with one where it cannot be found by an index.

    A statement with parameters is a batch of a backfill.
    """
    if subject.lock is None or subject.size.empty:
        return None
    node = subject.node
    label = subject.tables.label(subject.table)
    whole = node.where_clause.WhichOneof("node") is None
    if not whole and (label not in subject.impact.scans or not subject.tables.known):
        return None
    if any(isinstance(found, pb.ParamRef) for found in syntax.walk(node.where_clause)):
        return None
    size, deletes = subject.size, isinstance(node, pb.DeleteStmt)
    effect = EFFECT.format(
        verb="Deletes" if deletes else "Writes",
        which="every row" if whole else "rows found by reading all",
        table=subject.table,
        size=size,
        left="dead rows" if deletes else "as many dead rows",
    )
    severity = size.severity if whole else Severity(max(size.severity - 1, 1))
    if deletes and whole and size.severity is Severity.MEDIUM:
        severity = Severity.HIGH
    safer = SAFER.format(
        table=subject.table,
        statement=subject.statement.sql,
        joint=" WHERE" if whole else "\n  AND",
    )
    return Hazard(NAME, severity, effect, safer)
