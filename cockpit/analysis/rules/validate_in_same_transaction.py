"""VALIDATE in the transaction that added the constraint keeps its strong lock while it reads."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard
from cockpit.model.locks import LockMode

NAME = "validate-in-same-transaction"
READS = ("AT_ValidateConstraint",)
EFFECT = (
    "Reads all of {table} ({size}) while this transaction still holds {mode} from an earlier "
    "statement: {blocked} wait as long as if NOT VALID had not been said."
)
SAFER = """\
COMMIT; -- gives the lock back
ALTER TABLE {table} VALIDATE CONSTRAINT {name};"""
BAD = """\
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;"""
GOOD = """\
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;"""


def check(subject: Subject) -> Hazard | None:
    """Looks for any lock on the table that keeps writes out, taken earlier and still held."""
    label = subject.tables.label(subject.table)
    held = [lock.mode for lock in subject.held if lock.relation == label]
    if not held or not subject.impact.scans:
        return None
    mode = max(held, key=lambda one: one.rank)
    size = subject.size
    blocked = "reads and writes" if mode is LockMode.ACCESS_EXCLUSIVE else "writes"
    names = {"table": subject.table, "name": quoted(subject.node.name)}
    effect = EFFECT.format(size=size, mode=mode.words, blocked=blocked, **names)
    return Hazard(NAME, size.severity, effect, SAFER.format(**names), mechanical=True)
