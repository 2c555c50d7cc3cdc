"""Two passes over one table where one statement would do with one."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "several-alterations"
READS = ("AlterTableStmt",)
EFFECT = (
    "Goes through {table} again after the statement before it: one ALTER TABLE does both at once."
)
SAFER = "{statement};"
BAD = """\
ALTER TABLE orders ALTER COLUMN a TYPE bigint;
ALTER TABLE orders ALTER COLUMN b TYPE bigint;"""
GOOD = "ALTER TABLE orders ALTER COLUMN a TYPE bigint, ALTER COLUMN b TYPE bigint;"


def check(subject: Subject) -> Hazard | None:
    """Only where both read or write all rows: short ones cost nothing."""
    before = subject.before if _works(subject.impact) else None
    node = before.node if before else None
    if before is None or not isinstance(node, pb.AlterTableStmt) or not _works(before.impact):
        return None
    if name_of(node.relation) != subject.table:
        return None
    both = pb.AlterTableStmt()
    both.CopyFrom(node)
    both.cmds.extend(subject.node.cmds)
    safer = SAFER.format(statement=syntax.to_statement(both))
    return Hazard(NAME, Severity.LOW, EFFECT.format(table=subject.table), safer)


def _works(impact: object) -> bool:
    return bool(getattr(impact, "rewrites", ()) or getattr(impact, "scans", ()))
