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
-- outside of a transaction; not possible while there is a default partition; a check that says
-- what the bounds said stays behind:
ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY;"""
BAD = "ALTER TABLE events DETACH PARTITION events_2026;"
GOOD = "ALTER TABLE events DETACH PARTITION events_2026 CONCURRENTLY;"


def check(subject: Subject) -> Hazard | None:
    """Silent when it is detached concurrently."""
    command = getattr(subject.node, "def").partition_cmd
    if command.concurrent or subject.lock is None:
        return None
    names = {"table": subject.table, "partition": name_of(command.name)}
    effect, safer = EFFECT.format(**names), SAFER.format(**names)
    return Hazard(NAME, Severity.MEDIUM, effect, safer, mechanical=_has_no_default(subject))


def _has_no_default(subject: Subject) -> bool:
    """Only the catalog knows."""
    found = subject.tables.find(subject.table)
    if subject.facts is None or found is None:
        return False
    parts = (
        subject.tables.get(c) for c, parent in subject.facts.inheritance if parent == found.oid
    )
    return all(part is not None and part.bound != "DEFAULT" for part in parts)
