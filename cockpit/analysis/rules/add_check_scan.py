"""A CHECK that is valid at once reads the whole table while everyone else waits."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import constraint_name, constraint_sql
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard

NAME = "add-check-scan"
READS = ("Constraint",)
EFFECT = "Blocks every read and write on {table} ({size}) while all of it is checked."
SAFER = """\
ALTER TABLE {table} ADD CONSTRAINT {name} {check} NOT VALID;
COMMIT; -- the next one lets reads and writes go on
ALTER TABLE {table} VALIDATE CONSTRAINT {name};"""
WITHOUT = "-- add the column without its check, then:"
BAD = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);"
GOOD = """\
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;"""
_KINDS = (pb.CONSTR_CHECK, pb.CONSTR_NOTNULL)


def check(subject: Subject) -> Hazard | None:
    """Silent with NOT VALID, and on a table that the same plan creates."""
    constraint, origin = subject.node, subject.part.origin
    if origin is Origin.NEW_COLUMN:
        if constraint.contype != pb.CONSTR_CHECK or subject.on_new_table:
            return None
    elif origin is not Origin.ADDED or constraint.contype not in _KINDS:
        return None
    if constraint.skip_validation or not (subject.impact.scans or subject.impact.rewrites):
        return None
    size = subject.largest
    names = {
        "table": subject.table,
        "name": quoted(_name(subject)),
        "check": constraint_sql(constraint),
    }
    effect, safer = EFFECT.format(size=size, **names), SAFER.format(**names)
    if origin is Origin.NEW_COLUMN:
        return Hazard(NAME, size.severity, effect, f"{WITHOUT}\n{safer}")
    return Hazard(NAME, size.severity, effect, safer, mechanical=True)


def _name(subject: Subject) -> str:
    """Its own, else the one that PostgreSQL would give: with the column, if it is about one."""
    constraint = subject.node
    if constraint.contype == pb.CONSTR_NOTNULL:
        columns, suffix = syntax.words(constraint.keys), "not_null"
    else:
        columns, suffix = tuple(syntax.column_names(constraint.raw_expr)), "check"
    named = columns if len(columns) == 1 else ()
    return constraint_name(constraint, subject.table, suffix, named)
