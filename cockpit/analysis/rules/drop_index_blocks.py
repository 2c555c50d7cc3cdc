"""DROP INDEX waits for every query on the table, and every query then waits for it."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, name_from
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.locks import LockMode

NAME = "drop-index-blocks"
READS = ("DropStmt",)
EFFECT = (
    "Waits for every running query on {table}, and every read and write that comes after waits "
    "behind it."
)
SAFER = """\
-- outside of a transaction:
DROP INDEX CONCURRENTLY {exists}{index};"""
BAD = "DROP INDEX orders_email_idx;"
GOOD = "DROP INDEX CONCURRENTLY orders_email_idx;"


def check(subject: Subject) -> Hazard | None:
    """Silent when it is dropped concurrently, or is not there."""
    drop = subject.node
    if drop.remove_type != pb.OBJECT_INDEX or drop.concurrent:
        return None
    exclusive = [
        lock.relation for lock in subject.impact.locks if lock.mode is LockMode.ACCESS_EXCLUSIVE
    ]
    names = [name_from(item) for item in drop.objects]
    indexes = {subject.tables.label(name) for name in names}
    tables = [label for label in exclusive if label not in indexes]
    if not exclusive:
        return None
    table = ", ".join(tables) or "its table"
    exists = "IF EXISTS " if drop.missing_ok else ""
    safer = "\n".join(SAFER.format(exists=exists, index=name) for name in names)
    effect = EFFECT.format(table=table)
    return Hazard(NAME, Severity.MEDIUM, effect, safer, mechanical=_may_go_alone(subject, names))


def _may_go_alone(subject: Subject, names: list[Name]) -> bool:
    """Neither CASCADE nor the index of a partitioned table can be dropped concurrently."""
    found = [subject.tables.find(name) for name in names]
    partitioned = any(index is not None and index.kind == "I" for index in found)
    return bool(subject.node.behavior != pb.DROP_CASCADE) and not partitioned
