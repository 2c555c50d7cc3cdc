"""TRUNCATE empties the table and keeps everyone out while it does."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "truncate"
READS = ("TruncateStmt",)
EFFECT = "Loses every row of {tables}, with a lock that makes every read and write wait.{cascade}"
CASCADE = " CASCADE also empties every table that refers to it{known}."
SAFER = """\
-- in batches, each a transaction of its own, with a WHERE that says which rows may go:
DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} LIMIT 5000));"""
BAD = "TRUNCATE customers CASCADE;"
GOOD = "DELETE FROM customers WHERE ctid = ANY (ARRAY(SELECT ctid FROM customers LIMIT 5000));"


def check(subject: Subject) -> Hazard | None:
    """Silent on tables that the same plan creates."""
    truncate = subject.node
    names = [name_of(item.range_var) for item in truncate.relations]
    names = [name for name in names if subject.lock_on(name) is not None]
    if not names:
        return None
    told = ", ".join(f"{name} ({subject.size_of(name)})" for name in names)
    cascade = truncate.behavior == pb.DROP_CASCADE
    named = {subject.tables.label(name) for name in names}
    others = [
        lock.relation
        for lock in subject.impact.locks
        if lock.relation not in named and not lock.is_index
    ]
    known = f": {', '.join(others)}" if others else ""
    empty = all(subject.size_of(name).empty for name in names) and not others
    return Hazard(
        NAME,
        Severity.LOW if empty else Severity.HIGH,
        EFFECT.format(tables=told, cascade=CASCADE.format(known=known) if cascade else ""),
        SAFER.format(table=names[0]),
    )
