"""A dropped constraint lets rows in that stand in the way of having it again."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.locks import LockMode

NAME = "drop-constraint"
READS = ("AT_DropConstraint",)
EFFECT = "Nothing checks {table} for {name} any more{both}; the way back has to read every row."
BOTH = ", and reads and writes of {tables} wait together while it goes"
SAFER = """\
-- where another one takes its place, add that first and validate it, and only then:
ALTER TABLE {table} DROP CONSTRAINT {name};"""
BAD = "ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;"
GOOD = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (customer > 0) NOT VALID;"


def check(subject: Subject) -> Hazard | None:
    """Silent when the same transaction adds it again, or has made another that is valid."""
    if subject.lock is None or subject.impact.scans or _replaced(subject):
        return None
    held = [
        lock.relation for lock in subject.impact.locks if lock.mode is LockMode.ACCESS_EXCLUSIVE
    ]
    tables = [label for label in held if (f := _relation(subject, label)) is None or f in "rp"]
    both = BOTH.format(tables=" and ".join(tables)) if len(tables) > 1 else ""
    names = {"table": subject.table, "name": quoted(subject.node.name)}
    severity = Severity.MEDIUM if both else Severity.LOW
    return Hazard(NAME, severity, EFFECT.format(both=both, **names), SAFER.format(**names))


def _relation(subject: Subject, label: str) -> str | None:
    schema, _, name = label.rpartition(".")
    found = subject.tables.find(subject.table.__class__(schema, name))
    return found.kind if found else None


def _replaced(subject: Subject) -> bool:
    """SET NOT NULL after its check, or a constraint that is only written anew."""
    for statement in subject.together:
        if "SET NOT NULL" in statement.sql.upper() and statement.impact.locks:
            return True
    return "ADD CONSTRAINT" in subject.statement.sql.upper()
