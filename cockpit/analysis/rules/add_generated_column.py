"""A stored generated column is computed for every row while everyone else waits."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import default_sql, type_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "add-generated-column"
READS = ("ColumnDef",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while {column} is computed for every row "
    "and the table is written into a new file."
)
SAFER = """\
ALTER TABLE {table} ADD COLUMN {column} {type};
-- a trigger sets it to {value} on INSERT and UPDATE; then in batches:
UPDATE {table} SET {column} = {value} WHERE {column} IS DISTINCT FROM {value};"""
VIRTUAL = """\
-- computed when it is read, nothing is written:
ALTER TABLE {table} ADD COLUMN {column} {type} GENERATED ALWAYS AS ({value}) VIRTUAL;"""
BAD = "ALTER TABLE orders ADD COLUMN gross bigint GENERATED ALWAYS AS (net * 2) STORED;"
GOOD = "ALTER TABLE orders ADD COLUMN gross bigint;"
_VIRTUAL_SINCE = 18


def check(subject: Subject) -> Hazard | None:
    """Silent for virtual columns and on tables that the same plan creates."""
    if subject.part.origin is not Origin.NEW_COLUMN or not subject.impact.rewrites:
        return None
    kinds = [item.constraint.contype for item in subject.node.constraints]
    if pb.CONSTR_GENERATED not in kinds:
        return None
    size = subject.largest
    names = {
        "table": subject.table,
        "column": quoted(subject.node.colname),
        "type": type_sql(subject.node.type_name),
        "value": default_sql(subject.node),
    }
    safer = VIRTUAL if subject.major >= _VIRTUAL_SINCE else SAFER
    return Hazard(NAME, size.severity, EFFECT.format(size=size, **names), safer.format(**names))
