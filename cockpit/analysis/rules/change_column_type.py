"""A type change writes the whole table and its indexes anew, unless stored values can stay."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.safer import type_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "change-column-type"
READS = ("AT_AlterColumnType",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while every row is {work}; running code "
    "meets {column} as {type} from one moment to the next."
)
SAFER = """\
-- a new column beside the old one, filled in batches, then swapped:
-- cockpit new {plain}_type --recipe type-change \\
--   --table {table} --column {column} --type '{type}'"""
BAD = "ALTER TABLE orders ALTER COLUMN number TYPE bigint;"
GOOD = "ALTER TABLE orders ADD COLUMN number_new bigint;"


def check(subject: Subject) -> Hazard | None:
    """Silent where PostgreSQL only changes the catalog: varchar to text, a longer varchar, ..."""
    impact = subject.impact
    if not (impact.rewrites or impact.scans or impact.indexes_rebuilt):
        return None
    size = subject.largest
    names = {
        "table": subject.table,
        "column": quoted(subject.node.name),
        "plain": subject.node.name,
        "type": type_sql(getattr(subject.node, "def").column_def.type_name),
        "work": _work(subject),
    }
    return Hazard(NAME, size.severity, EFFECT.format(size=size, **names), SAFER.format(**names))


def _work(subject: Subject) -> str:
    if not subject.impact.rewrites:
        return "read again for its indexes"
    known = "" if subject.tables.known else ", unless the old type is stored alike"
    return f"written into a new file{known}"
