"""A new table with a foreign key waits for every writer of the table it refers to."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import listed, name_of, quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import constraint_name, constraint_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "new-table-refers"
READS = ("Constraint",)
EFFECT = (
    "Blocks writes on {referenced}, which exists, until this transaction ends: keep it short and "
    "its lock_timeout low."
)
SAFER = """\
-- the same in a transaction of its own, after the tables are made:
ALTER TABLE {table} ADD CONSTRAINT {name} {key};"""
BAD = "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES customers (id));"
GOOD = "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint);"


def check(subject: Subject) -> Hazard | None:
    """Silent where the other table is new as well."""
    constraint = subject.node
    new = subject.part.origin in (Origin.NEW_TABLE, Origin.NEW_COLUMN)
    if not new or constraint.contype != pb.CONSTR_FOREIGN:
        return None
    referenced = name_of(constraint.pktable)
    if subject.lock_on(referenced) is None:
        return None
    columns = syntax.words(constraint.fk_attrs) or (subject.part.column,)
    names = {
        "referenced": referenced,
        "table": subject.table,
        "name": quoted(constraint_name(constraint, subject.table, "fkey", columns)),
        "key": _written(constraint, columns),
    }
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))


def _written(constraint: pb.Constraint, columns: tuple[str, ...]) -> str:
    """The key of a column is written without its column."""
    text = constraint_sql(constraint)
    if constraint.fk_attrs:
        return text
    return f"FOREIGN KEY ({listed(columns)}) {text[text.index('REFERENCES') :]}"
