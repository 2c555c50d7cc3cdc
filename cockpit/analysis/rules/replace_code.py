"""A replaced view or function counts at once for code that is running now."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "replace-code"
READS = (
    "ViewStmt", "CreateFunctionStmt", "AlterFunctionStmt", "AT_SetRelOptions", "AT_ResetRelOptions",
)  # fmt: skip
OPTIONAL = True
EFFECT = "Code that is running now meets the new definition from one moment to the next."
SAFER = "-- make it under a second name, deploy code that uses that, then drop the old one"
BAD = "CREATE OR REPLACE VIEW open_orders AS SELECT id, status FROM orders;"
GOOD = "CREATE VIEW open_orders_2 AS SELECT id, status FROM orders;"


def check(subject: Subject) -> Hazard | None:
    """OR REPLACE, ALTER FUNCTION, and the options of a view."""
    node, kind = subject.node, subject.part.kind
    if kind.endswith("RelOptions"):
        changes = subject.statement.node.objtype == pb.OBJECT_VIEW
    else:
        changes = kind == "AlterFunctionStmt" or node.replace
    return Hazard(NAME, Severity.LOW, EFFECT, SAFER) if changes else None
