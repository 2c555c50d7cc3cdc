"""A new constraint refuses what running code may still write."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "new-restriction"
READS = ("Constraint", "AT_SetNotNull", "CreateTrigStmt")
OPTIONAL = True
EFFECT = "Writes to {table} that were allowed until now fail, also with NOT VALID."
SAFER = "-- deploy code that keeps to it, and only then add it"
BAD = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;"
GOOD = "ALTER TABLE orders ADD COLUMN note text;"
_HARMLESS = (pb.CONSTR_NULL, pb.CONSTR_DEFAULT, pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED)


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None or (subject.part.kind == "Constraint" and not _restricts(subject)):
        return None
    return Hazard(NAME, Severity.LOW, EFFECT.format(table=subject.table), SAFER)


def _restricts(subject: Subject) -> bool:
    return subject.part.origin is Origin.ADDED and subject.node.contype not in _HARMLESS
