"""REPLICA IDENTITY decides what subscribers of logical replication can apply."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "change-replica-identity"
READS = ("AT_ReplicaIdentity",)
EFFECT = (
    "Waits for every query on {table}; from then on the log carries {what} of each changed row, "
    "and what reads it must know."
)
SAFER = """\
-- a unique index over NOT NULL columns keeps the log small:
ALTER TABLE {table} REPLICA IDENTITY USING INDEX ...;"""
BAD = "ALTER TABLE orders REPLICA IDENTITY FULL;"
GOOD = "COMMENT ON TABLE orders IS 'its primary key is its replica identity';"
_WHAT = {"f": "every old column", "n": "no key", "d": "the primary key", "i": "the index's key"}


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None:
        return None
    kind = getattr(subject.node, "def").replica_identity_stmt.identity_type
    effect = EFFECT.format(table=subject.table, what=_WHAT.get(kind, "another key"))
    safer = SAFER.format(table=subject.table) if kind in "fn" else ""
    return Hazard(NAME, Severity.MEDIUM if kind in "fn" else Severity.LOW, effect, safer)
