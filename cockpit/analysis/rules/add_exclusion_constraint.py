"""An exclusion constraint builds its index while everyone else waits; there is no gentle way."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "add-exclusion-constraint"
READS = ("Constraint",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while its index is built and every row is "
    "compared; PostgreSQL has no NOT VALID and no USING INDEX for it."
)
SAFER = """\
-- a new table of the same shape gets the constraint while it is empty; copy the rows in batches,
-- then swap the two names in one short transaction:
CREATE TABLE {new} (LIKE {table} INCLUDING ALL);"""
BAD = "ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);"
GOOD = """\
CREATE TABLE bookings_new (LIKE bookings INCLUDING ALL);
ALTER TABLE bookings_new ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);"""


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.part.origin is not Origin.ADDED or subject.on_new_table:
        return None
    if subject.node.contype != pb.CONSTR_EXCLUSION:
        return None
    size, table = subject.size, subject.table
    safer = SAFER.format(table=table, new=table.sibling(f"{table.name}_new"))
    return Hazard(NAME, size.severity, EFFECT.format(table=table, size=size), safer)
