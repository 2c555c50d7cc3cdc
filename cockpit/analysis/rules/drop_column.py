"""A dropped column takes its data along, and running code still names it."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-column"
READS = ("AT_DropColumn",)
EFFECT = (
    "Loses all data of {table}.{column}; code that is running now and names it, also in SELECT * "
    "or INSERT without a column list, fails.{cascade}"
)
CASCADE = " CASCADE drops the views, keys and policies that use it as well."
SAFER = """\
-- deploy code that does not use it, and only then:
-- cockpit new drop_{plain} --recipe drop-column --table {table} --column {column}"""
BAD = "ALTER TABLE orders DROP COLUMN fax;"
GOOD = "ALTER TABLE orders ALTER COLUMN fax DROP NOT NULL;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates and for a column that is not there."""
    command = subject.node
    if subject.lock is None:
        return None
    found = subject.tables.find(subject.table)
    if found is not None and command.missing_ok and found.column(command.name) is None:
        return None
    names = {
        "table": subject.table,
        "column": quoted(command.name),
        "plain": command.name,
        "cascade": CASCADE if command.behavior == 2 else "",
    }
    severity = Severity.LOW if subject.size.empty else Severity.HIGH
    return Hazard(NAME, severity, EFFECT.format(**names), SAFER.format(**names))
