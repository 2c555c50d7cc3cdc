"""A timestamp without time zone forgets which moment was meant."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "timestamp-without-zone"
READS = ("ColumnDef",)
EFFECT = (
    "{table}.{column} keeps a clock's reading, not a moment: sessions with another TimeZone read "
    "another time from it."
)
SAFER = "{column} timestamptz"
BAD = "CREATE TABLE orders (id bigint PRIMARY KEY, placed timestamp NOT NULL);"
GOOD = "CREATE TABLE orders (id bigint PRIMARY KEY, placed timestamptz NOT NULL);"


def check(subject: Subject) -> Hazard | None:
    """`timestamp` and `timestamp without time zone`."""
    if syntax.words(subject.node.type_name.names)[-1:] != ("timestamp",):
        return None
    names = {"table": subject.table, "column": quoted(subject.part.column)}
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))
