"""A changed default counts for code that is running now as well."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "change-default"
READS = (
    "AT_ColumnDefault",
    "AT_DropIdentity",
    "AT_SetIdentity",
    "AT_DropExpression",
    "AT_SetExpression",
)
OPTIONAL = True
EFFECT = (
    "What code that is running now leaves out of INSERT for {table}.{column} gets another value "
    "from one moment to the next, or none."
)
SAFER = """\
-- deploy code that always names {column}, and only then change it"""
BAD = "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;"
GOOD = "COMMENT ON COLUMN orders.status IS 'always written by the application';"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table or column that the same plan creates."""
    if subject.lock is None or any(_adds(s.sql, subject.node.name) for s in subject.earlier):
        return None
    names = {"table": subject.table, "column": quoted(subject.node.name)}
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))


def _adds(sql: str, column: str) -> bool:
    words = sql.upper()
    return "ADD COLUMN" in words and column.upper() in words
