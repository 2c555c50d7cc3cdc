"""CREATE TRIGGER blocks writes while it is made, and every write pays for it from then on."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "create-trigger"
READS = ("CreateTrigStmt",)
EFFECT = (
    "Waits for every writer of {table} and makes those after it wait; from then on each write "
    "runs it, and fails when it fails."
)
SAFER = """\
-- in a transaction of its own, with a low lock_timeout, after trying it on a copy:
{statement};"""
BAD = """\
CREATE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW
  EXECUTE FUNCTION suppress_redundant_updates_trigger();"""
GOOD = """\
CREATE TABLE orders_log (id bigint);
CREATE TRIGGER stamp BEFORE UPDATE ON orders_log FOR EACH ROW
  EXECUTE FUNCTION suppress_redundant_updates_trigger();"""


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None:
        return None
    safer = SAFER.format(statement=subject.statement.sql)
    return Hazard(NAME, Severity.LOW, EFFECT.format(table=subject.table), safer)
