"""A foreign key that is valid at once blocks writes on both tables while every row is looked up."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of, quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import constraint_name, constraint_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard

NAME = "add-foreign-key-scan"
READS = ("Constraint",)
EFFECT = (
    "Blocks writes on {table} ({size}) and on {referenced} while every row of {table} is looked up."
)
SAFER = """\
ALTER TABLE {table} ADD CONSTRAINT {name} {key} NOT VALID;
COMMIT; -- the next one lets reads and writes go on
ALTER TABLE {table} VALIDATE CONSTRAINT {name};"""
BAD = """\
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey
  FOREIGN KEY (customer) REFERENCES customers (id);"""
GOOD = """\
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey
  FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fkey;"""


def check(subject: Subject) -> Hazard | None:
    """Silent with NOT VALID, and where the table that refers is new."""
    constraint = subject.node
    if subject.part.origin is not Origin.ADDED or constraint.contype != pb.CONSTR_FOREIGN:
        return None
    if constraint.skip_validation or subject.on_new_table:
        return None
    size = subject.size
    columns = syntax.words(constraint.fk_attrs)
    names = {
        "table": subject.table,
        "referenced": name_of(constraint.pktable),
        "name": quoted(constraint_name(constraint, subject.table, "fkey", columns)),
        "key": constraint_sql(constraint),
    }
    effect, safer = EFFECT.format(size=size, **names), SAFER.format(**names)
    return Hazard(NAME, size.severity, effect, safer, mechanical=_may_wait(subject))


def _may_wait(subject: Subject) -> bool:
    """Before 18 a partitioned table takes no foreign key that is NOT VALID."""
    found = subject.tables.find(subject.table)
    return subject.major >= 18 or found is None or found.kind != "p"
