"""LOCK TABLE keeps others out until the end of the transaction."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "lock-table"
READS = ("LockStmt",)
EFFECT = "Blocks {blocked} on {tables} from here to the end of the transaction."
SAFER = """\
-- the weakest mode that does, and a refusal instead of a queue:
LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE NOWAIT;"""
BAD = "LOCK TABLE orders;"
GOOD = "LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;"


def check(subject: Subject) -> Hazard | None:
    """Silent for modes that let reads and writes go on."""
    lock: pb.LockStmt = subject.node
    strongest = subject.impact.strongest
    if strongest is None or not strongest.blocks_writes:
        return None
    tables = ", ".join(
        str(type(subject.table)(item.range_var.schemaname, item.range_var.relname))
        for item in lock.relations
    )
    severity = Severity.HIGH if strongest.blocks_reads else Severity.MEDIUM
    effect = EFFECT.format(blocked=strongest.blocks, tables=tables)
    return Hazard(NAME, severity, effect, SAFER.format(tables=tables))
