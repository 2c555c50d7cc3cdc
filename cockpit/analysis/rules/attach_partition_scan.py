"""ATTACH PARTITION reads the new partition, or the default one, while they are locked."""

from cockpit.analysis.hazards.names import made_up, name_of, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "attach-partition-scan"
READS = ("AT_AttachPartition",)
EFFECT = "Blocks every read and write on {read} while all of it is checked against the bounds."
SAFER = """\
-- say in a check of {partition} what its bounds say, and prove it while reads and writes go on:
ALTER TABLE {partition} ADD CONSTRAINT {name} CHECK (...) NOT VALID;
COMMIT;
ALTER TABLE {partition} VALIDATE CONSTRAINT {name};
COMMIT;
{statement};
ALTER TABLE {partition} DROP CONSTRAINT {name};
-- a default partition needs a check that rules the new bounds out in the same way"""
BAD = "ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM (2027) TO (2028);"
GOOD = """\
ALTER TABLE events_2027 ADD CONSTRAINT bounds
  CHECK (year IS NOT NULL AND year >= 2027 AND year < 2028) NOT VALID;
COMMIT;
ALTER TABLE events_2027 VALIDATE CONSTRAINT bounds;
COMMIT;
ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM (2027) TO (2028);
ALTER TABLE events_2027 DROP CONSTRAINT bounds;"""


def check(subject: Subject) -> Hazard | None:
    """Silent when checks prove the bounds, or what is attached is new in the same plan."""
    if not subject.impact.scans:
        return None
    size = subject.largest
    partition = name_of(getattr(subject.node, "def").partition_cmd.name)
    names = {
        "partition": partition,
        "name": quoted(made_up(partition.name, "bounds")),
        "statement": subject.statement.sql,
    }
    read = " and ".join(f"{label} ({subject.tables.size(label)})" for label in subject.impact.scans)
    return Hazard(NAME, size.severity, EFFECT.format(read=read), SAFER.format(**names))
