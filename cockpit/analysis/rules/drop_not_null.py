"""A column that begins to allow nulls surprises code that never met one."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-not-null"
READS = ("AT_DropNotNull",)
EFFECT = (
    "Code that reads {table}.{column} may not expect a null; the way back has to scan for them."
)
SAFER = """\
-- deploy code that reads a null first, and only then:
{statement};"""
BAD = "ALTER TABLE orders ALTER COLUMN fax DROP NOT NULL;"
GOOD = "ALTER TABLE orders ALTER COLUMN fax SET DEFAULT '';"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None:
        return None
    effect = EFFECT.format(table=subject.table, column=quoted(subject.node.name))
    return Hazard(NAME, Severity.LOW, effect, SAFER.format(statement=subject.statement.sql))
