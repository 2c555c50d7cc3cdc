"""A unique constraint or primary key builds its index while everyone else waits."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import listed, quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.safer import constraint_name
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard

NAME = "add-unique-constraint"
READS = ("Constraint",)
EFFECT = "Blocks every read and write on {table} ({size}) while a unique index is built."
SAFER = """\
-- outside of a transaction, reads and writes go on:
CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns}){nulls};
ALTER TABLE {table} ADD CONSTRAINT {name} {kind} USING INDEX {name};"""
BAD = "ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE (number);"
GOOD = """\
CREATE UNIQUE INDEX CONCURRENTLY orders_number_key ON orders (number);
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number_key;"""
_SUFFIX = {pb.CONSTR_UNIQUE: "key", pb.CONSTR_PRIMARY: "pkey"}


def check(subject: Subject) -> Hazard | None:
    """Silent with USING INDEX and on a table that the same plan creates."""
    constraint, origin = subject.node, subject.part.origin
    if origin not in (Origin.ADDED, Origin.NEW_COLUMN) or subject.on_new_table:
        return None
    if constraint.contype not in _SUFFIX or constraint.indexname:
        return None
    size, suffix = subject.size, _SUFFIX[constraint.contype]
    columns = syntax.words(constraint.keys) or (subject.part.column,)
    named = () if suffix == "pkey" else columns
    names = {
        "table": subject.table,
        "columns": listed(columns),
        "name": quoted(constraint_name(constraint, subject.table, suffix, named)),
        "kind": "PRIMARY KEY" if suffix == "pkey" else "UNIQUE",
        "nulls": " NULLS NOT DISTINCT" if constraint.nulls_not_distinct else "",
    }
    effect, safer = EFFECT.format(size=size, **names), SAFER.format(**names)
    return Hazard(NAME, size.severity, effect, safer, mechanical=_is_complete(subject))


def _is_complete(subject: Subject) -> bool:
    """The safer form says all of the constraint, of a table that has no partitions."""
    constraint = subject.node
    more = (constraint.including, constraint.options, constraint.indexspace)
    found = subject.tables.find(subject.table)
    return (
        subject.part.origin is Origin.ADDED
        and not (constraint.deferrable or any(more) or constraint.without_overlaps)
        and (found is None or found.kind != "p")
    )
