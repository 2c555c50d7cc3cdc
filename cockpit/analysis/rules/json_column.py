"""A json column has no equality: SELECT DISTINCT, GROUP BY and UNION fail on it."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "json-column"
READS = ("ColumnDef",)
EFFECT = (
    "{table}.{column} has no equality operator: SELECT DISTINCT, GROUP BY and UNION over it fail, "
    "also in code that runs now."
)
SAFER = "{column} jsonb"
BAD = "ALTER TABLE orders ADD COLUMN details json;"
GOOD = "ALTER TABLE orders ADD COLUMN details jsonb;"


def check(subject: Subject) -> Hazard | None:
    """Every column of type json, arrays of it as well."""
    if syntax.words(subject.node.type_name.names)[-1:] != ("json",):
        return None
    names = {"table": subject.table, "column": quoted(subject.part.column)}
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(**names), SAFER.format(**names))
