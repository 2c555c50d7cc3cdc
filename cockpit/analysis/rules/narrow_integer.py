"""An integer column ends at 2,147,483,647 or 32,767, and widening it writes the table anew."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "narrow-integer"
READS = ("ColumnDef",)
OPTIONAL = True
EFFECT = "{table}.{column} holds no number above {limit}; widening it later takes long."
SAFER = "{column} bigint"
BAD = "CREATE TABLE orders (id bigint PRIMARY KEY, cents integer);"
GOOD = "CREATE TABLE orders (id bigint PRIMARY KEY, cents bigint);"
_LIMITS = {"int2": "32,767", "int4": "2,147,483,647"}


def check(subject: Subject) -> Hazard | None:
    """Any column of these types, also one that will only ever hold small numbers."""
    limit = _LIMITS.get((syntax.words(subject.node.type_name.names) or ("",))[-1])
    if limit is None:
        return None
    names = {"table": subject.table, "column": quoted(subject.part.column), "limit": limit}
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))
