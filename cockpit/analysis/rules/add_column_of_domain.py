"""A new column of a domain with a constraint has the whole table written anew."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.parts import Origin
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.facts import TypeFacts
from cockpit.model.hazard import Hazard

NAME = "add-column-of-domain"
READS = ("ColumnDef",)
EFFECT = (
    "Blocks every read and write on {table} ({size}) while every row is written anew: domain "
    "{domain} has a constraint, which each value has to pass."
)
SAFER = """\
ALTER TABLE {table} ADD COLUMN {column} {base};
ALTER TABLE {table} ADD CONSTRAINT ... CHECK ({column} ...) NOT VALID;
COMMIT; -- the next one lets reads and writes go on
ALTER TABLE {table} VALIDATE CONSTRAINT ...;"""
BAD = "ALTER TABLE orders ADD COLUMN discount percent;"
GOOD = "ALTER TABLE orders ADD COLUMN discount int;"
_VALUED = (pb.CONSTR_DEFAULT, pb.CONSTR_GENERATED, pb.CONSTR_IDENTITY)


def check(subject: Subject) -> Hazard | None:
    """Only a catalog knows what a domain asks; where a default has the rows written, it is told."""
    if subject.part.origin is not Origin.NEW_COLUMN or not subject.impact.rewrites:
        return None
    column = subject.node
    domain = _domain(subject, column.type_name)
    if domain is None or any(item.constraint.contype in _VALUED for item in column.constraints):
        return None
    facts = subject.facts
    base = next((t.name for t in facts.types if t.oid == domain.base), "") if facts else ""
    size = subject.largest
    effect = EFFECT.format(table=subject.table, size=size, domain=quoted(domain.name))
    safer = SAFER.format(table=subject.table, column=quoted(column.colname), base=quoted(base))
    return Hazard(NAME, size.severity, effect, safer)


def _domain(subject: Subject, written: pb.TypeName) -> TypeFacts | None:
    name = syntax.words(written.names)[-1:]
    types = subject.facts.types if subject.facts else ()
    return next((t for t in types if t.kind == "d" and (t.name,) == name), None)
