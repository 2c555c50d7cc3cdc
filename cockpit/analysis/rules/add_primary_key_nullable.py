"""A primary key over columns that may be null reads the whole table, also with USING INDEX."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "add-primary-key-nullable"
READS = ("Constraint",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while all of it is searched for nulls: a "
    "column of index {index} may be null."
)
SAFER = """\
-- first prove that the column has no nulls, while reads and writes go on:
-- cockpit new {plain}_not_null --recipe not-null --table {table} --column COLUMN
ALTER TABLE {table} ADD PRIMARY KEY USING INDEX {index};"""
BAD = """\
ALTER TABLE orders
  ADD CONSTRAINT orders_number_key PRIMARY KEY USING INDEX orders_number_key;"""
GOOD = """\
ALTER TABLE orders ADD CONSTRAINT number_not_null CHECK (number IS NOT NULL) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT number_not_null;
COMMIT;
ALTER TABLE orders ALTER COLUMN number SET NOT NULL;
ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_number_key;"""


def check(subject: Subject) -> Hazard | None:
    """Only the catalog knows which columns an index has: silent without it."""
    constraint = subject.node
    if subject.part.origin is not Origin.ADDED or constraint.contype != pb.CONSTR_PRIMARY:
        return None
    if not (constraint.indexname and subject.tables.known and subject.impact.scans):
        return None
    size = subject.size
    names = {
        "table": subject.table,
        "plain": subject.table.name,
        "index": quoted(constraint.indexname),
    }
    return Hazard(NAME, size.severity, EFFECT.format(size=size, **names), SAFER.format(**names))
