"""Several busy tables locked in one transaction: each waits while the next is waited for."""

from collections.abc import Iterable

from cockpit.analysis.hazards.names import some
from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.studied import Studied
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.impact import RelationLock
from cockpit.model.locks import LockMode

NAME = "many-tables-locked"
READS = (EVERY,)
EFFECT = (
    "Waits for {new} while this transaction already keeps everyone out of {held}: those queues "
    "grow together, and a session that takes them in the other order makes a deadlock."
)
SAFER = """\
COMMIT; -- gives {held} back first
{statement};"""
BAD = """\
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE customers ADD COLUMN note text;"""
GOOD = """\
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
ALTER TABLE customers ADD COLUMN note text;"""


def check(subject: Subject) -> Hazard | None:
    """Counts tables that others know, locked with ACCESS EXCLUSIVE; parts of one count once."""
    new = _closed(subject.statement)
    if not new or all(not subject.course.takes(subject.index, lock) for lock in new.values()):
        return None
    held = {lock.relation for lock in subject.held if _keeps_out(lock)}
    if not held or new.keys() <= held or _one_family(subject, (*new, *held)):
        return None
    words = {
        "new": some(sorted(new.keys() - held)),
        "held": some(sorted(held)),
        "statement": subject.statement.sql,
    }
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(**words), SAFER.format(**words))


def _closed(statement: Studied) -> dict[str, RelationLock]:
    return {lock.relation: lock for lock in statement.impact.locks if _keeps_out(lock)}


def _keeps_out(lock: RelationLock) -> bool:
    return lock.mode is LockMode.ACCESS_EXCLUSIVE and lock.kind in "rpmf"


def _one_family(subject: Subject, labels: Iterable[str]) -> bool:
    """A partitioned table and its partitions are one thing."""
    if subject.facts is None:
        return False
    found = (relation for label in labels if (relation := subject.tables.labelled(label)))
    roots = (subject.tables.root(relation.oid) for relation in found)
    first = next(roots, None)
    return all(root == first for root in roots)
