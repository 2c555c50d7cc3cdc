"""A BEGIN without COMMIT leaves the whole file undone, or its locks held."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "transaction-left-open"
READS = ("TransactionStmt",)
EFFECT = "No COMMIT follows: when the session ends, all of it is undone, and until then locks stay."
SAFER = "COMMIT; -- at the end of the file"
BAD = """\
BEGIN;
ALTER TABLE orders ADD COLUMN note text;"""
GOOD = """\
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;"""
_BEGINS = (pb.TRANS_STMT_BEGIN, pb.TRANS_STMT_START)
_ENDS = (pb.TRANS_STMT_COMMIT, pb.TRANS_STMT_ROLLBACK, pb.TRANS_STMT_PREPARE)


def check(subject: Subject) -> Hazard | None:
    """Looks from BEGIN to the end of the file."""
    if subject.node.kind not in _BEGINS:
        return None
    later = [statement.node for statement in subject.statements[subject.index + 1 :]]
    if any(isinstance(node, pb.TransactionStmt) and node.kind in _ENDS for node in later):
        return None
    return Hazard(NAME, Severity.HIGH, EFFECT, SAFER)
