"""IF NOT EXISTS takes whatever has the name for what was meant."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "if-not-exists"
READS = ("CreateStmt", "IndexStmt", "AT_AddColumn")
EFFECT = (
    "A {kind} {name} that exists is kept as it is, however it differs, also when it is invalid."
)
SAFER = "-- leave IF NOT EXISTS out: the transaction makes the migration safe to run again"
BAD = "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text);"
GOOD = "CREATE TABLE purchases (id bigint PRIMARY KEY, status text);"
EXISTS = "Does nothing: {kind} {name} exists already."


def check(subject: Subject) -> Hazard | None:
    """Outside of a transaction it is the way to run a statement again, so this is silent there."""
    node, kind = subject.node, subject.part.kind
    asked = node.missing_ok if kind == "AT_AddColumn" else node.if_not_exists
    if not asked or subject.statement.transaction is None:
        return None
    if kind == "AT_AddColumn":
        column = getattr(node, "def").column_def.colname
        words = {"kind": "column", "name": f"{subject.table}.{column}"}
        there = subject.tables.column(subject.table, column) is not None
    elif kind == "IndexStmt":
        name = subject.table.sibling(node.idxname)
        words = {"kind": "index", "name": node.idxname}
        there = subject.tables.find(name) is not None
    else:
        words = {"kind": "table", "name": str(subject.table)}
        there = subject.tables.find(subject.table) is not None
    if there:
        return Hazard(NAME, Severity.MEDIUM, EXISTS.format(**words), SAFER)
    return Hazard(NAME, Severity.LOW, EFFECT.format(**words), SAFER)
