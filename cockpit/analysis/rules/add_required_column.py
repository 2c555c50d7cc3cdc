"""A new column that refuses nulls and has no default fails as soon as there is a row."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import type_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "add-required-column"
READS = ("ColumnDef",)
EFFECT = (
    "Fails if {table} has a row, and running code that does not know {column} cannot insert any "
    "more: the column is NOT NULL without a default."
)
SAFER = """\
ALTER TABLE {table} ADD COLUMN {column} {type};
-- deploy code that writes it, fill it in batches, then refuse nulls:
-- cockpit new {column}_not_null --recipe not-null --table {table} --column {column}"""
BAD = "ALTER TABLE orders ADD COLUMN currency text NOT NULL;"
GOOD = "ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';"
_GIVE_VALUES = (pb.CONSTR_DEFAULT, pb.CONSTR_GENERATED, pb.CONSTR_IDENTITY)


def check(subject: Subject) -> Hazard | None:
    """Silent when every row can get a value, and on a table that is known to be empty."""
    if subject.part.origin is not Origin.NEW_COLUMN or subject.on_new_table or subject.size.empty:
        return None
    kinds = {item.constraint.contype for item in subject.node.constraints}
    refuses = kinds & {pb.CONSTR_NOTNULL, pb.CONSTR_PRIMARY}
    serial = syntax.words(subject.node.type_name.names)[-1].endswith(("serial", "serial8"))
    if not refuses or kinds.intersection(_GIVE_VALUES) or serial:
        return None
    names = {
        "table": subject.table,
        "column": quoted(subject.node.colname),
        "type": type_sql(subject.node.type_name),
    }
    return Hazard(NAME, Severity.HIGH, EFFECT.format(**names), SAFER.format(**names))
