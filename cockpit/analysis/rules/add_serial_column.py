"""A serial or identity column numbers every row that exists, in a new file."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import made_up, quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard

NAME = "add-serial-column"
READS = ("ColumnDef",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while every row is numbered and the table "
    "is written into a new file."
)
SAFER = """\
CREATE SEQUENCE {sequence};
ALTER TABLE {table} ADD COLUMN {column} bigint;
ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT nextval('{sequence}');
ALTER SEQUENCE {sequence} OWNED BY {table}.{column};
-- then in batches, each a transaction of its own:
UPDATE {table} SET {column} = nextval('{sequence}') WHERE {column} IS NULL;"""
BAD = "ALTER TABLE orders ADD COLUMN number bigserial;"
GOOD = """\
CREATE SEQUENCE orders_number_seq;
ALTER TABLE orders ADD COLUMN number bigint;
ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('orders_number_seq');
ALTER SEQUENCE orders_number_seq OWNED BY orders.number;"""
_SERIALS = frozenset({"smallserial", "serial2", "serial", "serial4", "bigserial", "serial8"})


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.part.origin is not Origin.NEW_COLUMN or not subject.impact.rewrites:
        return None
    if not (_is_serial(subject.node) or _is_identity(subject.node)):
        return None
    size, column = subject.largest, subject.node.colname
    sequence = subject.table.sibling(made_up(subject.table.name, column, "seq"))
    names = {"table": subject.table, "column": quoted(column), "sequence": sequence}
    return Hazard(NAME, size.severity, EFFECT.format(size=size, **names), SAFER.format(**names))


def _is_serial(definition: pb.ColumnDef) -> bool:
    return bool(_SERIALS.intersection(syntax.words(definition.type_name.names)))


def _is_identity(definition: pb.ColumnDef) -> bool:
    kinds = (item.constraint.contype for item in definition.constraints)
    return pb.CONSTR_IDENTITY in kinds
