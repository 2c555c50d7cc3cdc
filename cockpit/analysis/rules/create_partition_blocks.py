"""CREATE TABLE ... PARTITION OF keeps every query on the whole partitioned table waiting."""

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact.attach import bound_text
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.locks import LockMode

NAME = "create-partition-blocks"
READS = ("CreateStmt",)
EFFECT = (
    "Waits for every running query on {parent}, and every read and write that comes after waits "
    "behind it{scan}."
)
SAFER = """\
CREATE TABLE {table} (LIKE {parent} INCLUDING ALL);
-- lets reads and writes on {parent} go on:
ALTER TABLE {parent} ATTACH PARTITION {table} {bound};"""
BAD = "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM (2027) TO (2028);"
GOOD = """\
CREATE TABLE events_2027 (LIKE events INCLUDING ALL);
ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM (2027) TO (2028);"""


def check(subject: Subject) -> Hazard | None:
    """Silent when the parent is new in the same plan."""
    create = subject.node
    if not create.HasField("partbound") or not create.inh_relations:
        return None
    parent = name_of(create.inh_relations[0].range_var)
    if subject.lock_on(parent) is not LockMode.ACCESS_EXCLUSIVE:
        return None
    read = ", ".join(subject.impact.scans)
    effect = EFFECT.format(parent=parent, scan=f", while all of {read} is checked" if read else "")
    safer = SAFER.format(table=subject.table, parent=parent, bound=bound_text(create.partbound))
    return Hazard(NAME, Severity.HIGH if read else Severity.MEDIUM, effect, safer)
