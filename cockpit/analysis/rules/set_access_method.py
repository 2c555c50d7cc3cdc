"""SET ACCESS METHOD writes the whole table anew."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "set-access-method"
READS = ("AT_SetAccessMethod",)
EFFECT = "Blocks every read and write on {table} ({size}) while it is written into a new file."
SAFER = """\
-- make a new table with the method, copy in batches, swap the names in one short transaction:
CREATE TABLE {new} (LIKE {table} INCLUDING ALL) USING {method};"""
BAD = "ALTER TABLE events SET ACCESS METHOD heap2;"
GOOD = "CREATE TABLE events_new (LIKE events INCLUDING ALL) USING heap2;"


def check(subject: Subject) -> Hazard | None:
    """Silent where nothing is written."""
    if not subject.impact.rewrites:
        return None
    size, table = subject.size, subject.table
    new = table.sibling(f"{table.name}_new")
    safer = SAFER.format(new=new, table=table, method=subject.node.name or "heap")
    return Hazard(NAME, size.severity, EFFECT.format(table=table, size=size), safer)
