"""A strong lock taken early is held while a later statement of the transaction takes its time."""

from cockpit.analysis.hazards.asking import expected_rows
from cockpit.analysis.hazards.names import Name, name_of, some
from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.hazards.tables import Size
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.impact import RelationLock

NAME = "lock-held-over-work"
READS = (EVERY,)
EFFECT = (
    "Works through {work} while this transaction keeps {blocked} of {held} waiting since an "
    "earlier statement."
)
SAFER = """\
COMMIT; -- gives {held} back; a backfill runs in batches of its own:
{statement};"""
BAD = """\
ALTER TABLE orders ADD COLUMN total numeric;
UPDATE orders SET total = net * 1.19 WHERE total IS NULL;"""
GOOD = """\
ALTER TABLE orders ADD COLUMN total numeric;
COMMIT;
UPDATE orders SET total = net * 1.19 WHERE total IS NULL;"""


def check(subject: Subject) -> Hazard | None:
    """Work is what reads or writes a table that others know from end to end, or many rows of it."""
    work = _work(subject)
    if not work or not subject.impact.transactional or subject.impact.kind == "TRUNCATE TABLE":
        return None
    held = _kept_longer(subject)
    if not held or _is_validation(subject):
        return None
    strongest = max((lock.mode for lock in held), key=lambda mode: mode.rank)
    words = {
        "work": ", ".join(f"{label} ({size})" for label, size in work.items()),
        "blocked": strongest.blocks,
        "held": some(sorted({lock.relation for lock in held})),
        "statement": subject.statement.sql,
    }
    severity = max((size.severity for size in work.values()), default=Severity.HIGH)
    return Hazard(NAME, severity, EFFECT.format(**words), SAFER.format(**words))


def _work(subject: Subject) -> dict[str, Size]:
    """How much is done, by the name of the table."""
    names = (*subject.impact.rewrites, *subject.impact.scans)
    found = {name: subject.tables.size(name) for name in names}
    expected = expected_rows(subject.part.node, subject.facts)
    if not found and expected is not None and subject.lock_on(_written(subject)) is not None:
        name = subject.tables.label(_written(subject))
        part = subject.tables.size(name).share(expected)
        found = {name: part} if part.severity > Severity.LOW else {}
    return found


def _written(subject: Subject) -> Name:
    return name_of(subject.node.relation)


def _kept_longer(subject: Subject) -> tuple[RelationLock, ...]:
    """Locks that the statement alone would not take, or not as strong."""
    own = {lock.relation: lock.mode.rank for lock in subject.impact.locks}
    return tuple(lock for lock in subject.held if own.get(lock.relation, 0) < lock.mode.rank)


def _is_validation(subject: Subject) -> bool:
    """A rule of its own speaks about VALIDATE."""
    return "VALIDATE CONSTRAINT" in subject.statement.sql.upper()
