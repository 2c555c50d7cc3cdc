"""SET NOT NULL reads the whole table while everyone else waits."""

from cockpit.analysis.hazards.names import made_up, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "set-not-null-scan"
READS = ("AT_SetNotNull",)
EFFECT = "Blocks every read and write on {table} ({size}) while all of it is searched for nulls."
SAFER = """\
ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID;
COMMIT; -- the next one lets reads and writes go on
ALTER TABLE {table} VALIDATE CONSTRAINT {check};
COMMIT;
ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;
ALTER TABLE {table} DROP CONSTRAINT {check};"""
BAD = "ALTER TABLE orders ALTER COLUMN email SET NOT NULL;"
GOOD = """\
ALTER TABLE orders ADD CONSTRAINT orders_email_present CHECK (email IS NOT NULL) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT orders_email_present;
COMMIT;
ALTER TABLE orders ALTER COLUMN email SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_email_present;"""


def check(subject: Subject) -> Hazard | None:
    """Silent when a valid check proves that the column has no nulls, or it refuses them already."""
    if not subject.impact.scans:
        return None
    column = subject.node.name
    size = subject.largest
    names = {
        "table": subject.table,
        "column": quoted(column),
        "check": quoted(made_up(subject.table.name, column, "present")),
    }
    effect, safer = EFFECT.format(size=size, **names), SAFER.format(**names)
    return Hazard(NAME, size.severity, effect, safer, mechanical=True)
