"""CONCURRENTLY and its like fail inside a transaction."""

from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "concurrently-in-transaction"
READS = (EVERY,)
EFFECT = "Fails: {kind} cannot run inside a transaction, and here it stands in one."
SAFER = """\
-- in a file or phase of its own, outside of BEGIN ... COMMIT:
{statement};"""
BAD = """\
BEGIN;
CREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);
COMMIT;"""
GOOD = "CREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);"


def check(subject: Subject) -> Hazard | None:
    """Where the runner can part the transaction it does so, and this stays silent."""
    if subject.impact.transactional or subject.statement.transaction is None:
        return None
    statement = subject.statement.sql
    return Hazard(
        NAME,
        Severity.HIGH,
        EFFECT.format(kind=subject.impact.kind),
        SAFER.format(statement=statement),
    )
