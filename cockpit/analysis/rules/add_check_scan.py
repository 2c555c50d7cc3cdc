"""A CHECK that is valid at once reads the whole table while everyone else waits."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import constraint_name, constraint_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "add-check-scan"
READS = ("Constraint",)
EFFECT = "Blocks every read and write on {table} ({size}) while all of it is checked."
SAFER = """\
ALTER TABLE {table} ADD CONSTRAINT {name} {check} NOT VALID;
COMMIT; -- the next one lets reads and writes go on
ALTER TABLE {table} VALIDATE CONSTRAINT {name};"""
BAD = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);"
GOOD = """\
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;"""
_KINDS = (pb.CONSTR_CHECK, pb.CONSTR_NOTNULL)


def check(subject: Subject) -> Hazard | None:
    """Silent with NOT VALID, and for the check of a column that comes with it."""
    constraint = subject.node
    if subject.part.origin is not Origin.ADDED or constraint.contype not in _KINDS:
        return None
    if constraint.skip_validation or not (subject.impact.scans or subject.impact.rewrites):
        return None
    size = subject.largest
    names = {
        "table": subject.table,
        "name": quoted(constraint_name(constraint, subject.table, "check")),
        "check": constraint_sql(constraint),
    }
    return Hazard(NAME, size.severity, EFFECT.format(size=size, **names), SAFER.format(**names))
