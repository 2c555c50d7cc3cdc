"""DETACH PARTITION keeps every query on the whole partitioned table waiting."""

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "detach-partition-blocks"
READS = ("AT_DetachPartition",)
EFFECT = (
    "Waits for every running query on {table}, and every read and write that comes after waits "
    "behind it."
)
SAFER = """\
-- outside of a transaction; not possible while there is a default partition:
ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY;"""
BAD = "ALTER TABLE events DETACH PARTITION events_2026;"
GOOD = "ALTER TABLE events DETACH PARTITION events_2026 CONCURRENTLY;"


def check(subject: Subject) -> Hazard | None:
    """Silent when it is detached concurrently."""
    command = getattr(subject.node, "def").partition_cmd
    if command.concurrent or subject.lock is None:
        return None
    names = {"table": subject.table, "partition": name_of(command.name)}
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(**names), SAFER.format(**names))
