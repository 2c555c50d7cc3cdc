"""A BEGIN inside a transaction only warns, and its COMMIT ends the outer one too early."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "transaction-nesting"
READS = ("TransactionStmt",)
BEGINS = (
    "Where the file already runs in a transaction this BEGIN is passed over, and its COMMIT ends "
    "that one: what follows, the history row included, is no longer all or nothing."
)
ROLLS_BACK = "Undoes what the migration did so far, which is then recorded as done."
SAFER = "-- leave BEGIN and COMMIT to the tool; use one file or phase for each transaction"
BAD = """\
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;"""
GOOD = "ALTER TABLE orders ADD COLUMN note text;"
_BEGINS = (pb.TRANS_STMT_BEGIN, pb.TRANS_STMT_START)


def check(subject: Subject) -> Hazard | None:
    """Once a file for BEGIN; silent where no transaction is open around it."""
    if not subject.runner.opens_transaction:
        return None
    node = subject.node
    if node.kind == pb.TRANS_STMT_ROLLBACK:
        return Hazard(NAME, Severity.HIGH, ROLLS_BACK, SAFER)
    if subject.runner.reads_blocks:
        return None
    if node.kind not in _BEGINS or any(_begins(s.node) for s in subject.earlier):
        return None
    return Hazard(NAME, Severity.MEDIUM, BEGINS, SAFER)


def _begins(node: object) -> bool:
    return isinstance(node, pb.TransactionStmt) and node.kind in _BEGINS
