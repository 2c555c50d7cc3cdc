"""A new column whose default differs from row to row writes the whole table anew."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import default_sql, type_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard

NAME = "add-column-volatile-default"
READS = ("ColumnDef",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while each row is given its own {value} "
    "and the table is written into a new file."
)
SAFER = """\
ALTER TABLE {table} ADD COLUMN {column} {type};
ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {value};
-- then in batches, each a transaction of its own:
UPDATE {table} SET {column} = {value} WHERE {column} IS NULL;"""
BAD = "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();"
GOOD = """\
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();"""


def check(subject: Subject) -> Hazard | None:
    """Silent for constants and for functions that give one value a transaction, as now() does."""
    if subject.part.origin is not Origin.NEW_COLUMN or not subject.impact.rewrites:
        return None
    if not _may_differ(subject.node):
        return None
    size, value = subject.largest, default_sql(subject.node)
    names = {
        "table": subject.table,
        "column": quoted(subject.node.colname),
        "type": type_sql(subject.node.type_name),
        "value": value,
    }
    return Hazard(NAME, size.severity, EFFECT.format(size=size, **names), SAFER.format(**names))


def _may_differ(definition: pb.ColumnDef) -> bool:
    """Its default calls something; the impact already says that the table is rewritten."""
    for item in definition.constraints:
        if item.constraint.contype == pb.CONSTR_DEFAULT:
            nodes = syntax.walk(syntax.unwrap(item.constraint.raw_expr))
            return any(isinstance(node, pb.FuncCall) for node in nodes)
    return False
