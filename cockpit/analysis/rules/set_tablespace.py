"""SET TABLESPACE copies the whole file while everyone else waits."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "set-tablespace"
READS = ("AT_SetTableSpace",)
EFFECT = "Blocks every read and write on {table} ({size}) while its file is copied."
SAFER = """\
-- new partitions and new tables can be made in the other tablespace; to move this one without
-- blocking, the extension pg_repack has --tablespace"""
BAD = "ALTER TABLE orders SET TABLESPACE pg_default;"
GOOD = "CREATE TABLE orders_2027 (LIKE orders) TABLESPACE pg_default;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None:
        return None
    size = subject.size
    return Hazard(NAME, size.severity, EFFECT.format(table=subject.table, size=size), SAFER)
