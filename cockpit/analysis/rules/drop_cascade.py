"""CASCADE drops what the statement does not name."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.safer import changed
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-cascade"
READS = ("DropStmt", "AT_DropColumn", "AT_DropConstraint", "DropOwnedStmt")
EFFECT = "CASCADE also drops views, keys, policies and columns that no file names{known}."
SAFER = """\
-- name each thing that goes, then let PostgreSQL refuse what was forgotten:
{statement};"""
BAD = "DROP TABLE customers CASCADE;"
GOOD = """\
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;
DROP TABLE customers;"""


def check(subject: Subject) -> Hazard | None:
    """Silent where the statement reaches no relation that exists."""
    node = subject.node
    if node.behavior != pb.DROP_CASCADE or not subject.impact.locks:
        return None
    if isinstance(node, pb.DropStmt):
        statement = changed(node, behavior=pb.DROP_RESTRICT)
    else:
        statement = subject.statement.sql.replace("CASCADE", "").replace("cascade", "").rstrip()
    relations = ", ".join(lock.relation for lock in subject.impact.locks if not lock.is_index)
    known = f"; it reaches {relations}" if subject.tables.known else ""
    effect = EFFECT.format(known=known)
    return Hazard(NAME, Severity.MEDIUM, effect, SAFER.format(statement=statement))
