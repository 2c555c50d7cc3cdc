"""SET LOGGED and SET UNLOGGED write the whole table anew; unlogged rows are gone after a crash."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "set-logged"
READS = ("AT_SetLogged", "AT_SetUnLogged")
EFFECT = (
    "Blocks every read and write on {table} ({size}) while it is written into a new file.{and_}"
)
UNLOGGED = " Afterwards a crash empties it, and standbys and backups do not have it."
SAFER = """\
-- make a new table as it should be, copy in batches, swap the names in one short transaction:
CREATE {kind}TABLE {new} (LIKE {table} INCLUDING ALL);"""
BAD = "ALTER TABLE sessions SET UNLOGGED;"
GOOD = "CREATE UNLOGGED TABLE sessions_new (LIKE sessions INCLUDING ALL);"


def check(subject: Subject) -> Hazard | None:
    """Silent where the table is of that kind already."""
    unlogged = subject.part.kind == "AT_SetUnLogged"
    if not subject.impact.rewrites:
        return None
    size, table = subject.size, subject.table
    severity = Severity.HIGH if unlogged else size.severity
    effect = EFFECT.format(table=table, size=size, and_=UNLOGGED if unlogged else "")
    new = table.sibling(f"{table.name}_new")
    safer = SAFER.format(kind="UNLOGGED " if unlogged else "", table=table, new=new)
    return Hazard(NAME, severity, effect, safer)
