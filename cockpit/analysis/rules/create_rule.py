"""A rule rewrites queries of running code, and keeps every reader out while it is made."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "create-rule"
READS = ("RuleStmt",)
EFFECT = (
    "Waits for every query on {table} and makes those after it wait; from then on queries are "
    "rewritten by it, volatile parts of them run twice."
)
SAFER = "-- a trigger does the same for each row, and is easier to foresee"
BAD = "CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;"
GOOD = """\
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep();"""


def check(subject: Subject) -> Hazard | None:
    """Silent on a table or view that the same plan creates."""
    if subject.lock is None:
        return None
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(table=subject.table), SAFER)
