"""SET TABLESPACE copies the whole file while everyone else waits."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "set-tablespace"
READS = ("AT_SetTableSpace", "AlterTableMoveAllStmt")
EFFECT = "Blocks every read and write on {table} ({size}) while its file is copied."
MOVED = "Blocks every read and write on {tables} while the files are copied, all to the end."
SAFER = """\
-- new partitions and new tables can be made in the other tablespace; to move this one without
-- blocking, the extension pg_repack has --tablespace"""
BAD = "ALTER TABLE orders SET TABLESPACE pg_default;"
GOOD = "CREATE TABLE orders_2027 (LIKE orders) TABLESPACE pg_default;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates, and for ALL where nothing is moved."""
    if subject.part.kind == "AlterTableMoveAllStmt":
        return _of_all(subject)
    if subject.lock is None:
        return None
    size = subject.size
    return Hazard(NAME, size.severity, EFFECT.format(table=subject.table, size=size), SAFER)


def _of_all(subject: Subject) -> Hazard | None:
    moved = ", ".join(
        f"{label} ({subject.tables.size(label)})" for label in subject.impact.rewrites
    )
    if subject.tables.known and not moved:
        return None
    every = f"everything in tablespace {quoted(subject.node.orig_tablespacename)}"
    effect = MOVED.format(tables=moved or every)
    return Hazard(NAME, subject.largest.severity if moved else Severity.HIGH, effect, SAFER)
