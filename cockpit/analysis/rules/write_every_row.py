"""An UPDATE or DELETE of a whole table in one go bloats it and holds every row it has touched."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.asking import expected_rows
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.hazards.tables import count_words
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "write-every-row"
READS = ("UpdateStmt", "DeleteStmt")
EFFECT = (
    "{verb} {which} of {table} ({size}) in one transaction: whoever writes one of them waits to "
    "its end, replicas fall behind, and {left} stay until vacuum is done."
)
UNKNOWN = "{verb} rows of {table} ({size}) by a condition: how many it finds is not known."
SAFER = """\
-- in batches; as a native migration:
-- migrate:up phase:backfill table:{table} key:id batch:5000
{statement}{joint} id BETWEEN :from AND :to;"""
BAD = "UPDATE orders SET status = 'new';"
GOOD = "UPDATE orders SET status = 'new' WHERE id BETWEEN 1 AND 5000;"

_CHOOSING = (pb.ANY_SUBLINK, pb.EXPR_SUBLINK)


def check(subject: Subject) -> Hazard | None:
    """Without a condition always; with one where the planner expects it to find many, or where
    only a read of the whole table finds them.

    A statement with parameters is a batch of a backfill, and so is one of the rows that a query
    with LIMIT finds.
    """
    if subject.lock is None or subject.size.empty:
        return None
    node = subject.node
    if _is_limited(node.where_clause):
        return None
    if any(isinstance(found, pb.ParamRef) for found in syntax.walk(node.where_clause)):
        return None
    effect, severity = _judged(subject)
    if severity is Severity.NONE:
        return None
    deletes = isinstance(node, pb.DeleteStmt)
    words = {
        "verb": "Deletes" if deletes else "Writes",
        "table": subject.table,
        "size": subject.size,
        "left": "dead rows" if deletes else "as many dead rows",
    }
    safer = SAFER.format(
        table=subject.table,
        statement=subject.statement.sql,
        joint=" WHERE" if _is_whole(subject) else "\n  AND",
    )
    return Hazard(NAME, severity, effect.format(**words), safer)


def _judged(subject: Subject) -> tuple[str, Severity]:
    """Which rows, with the other words left open, and how much it hurts to write them."""
    size = subject.size
    if _is_whole(subject):
        deletes = isinstance(subject.node, pb.DeleteStmt) and size.severity is Severity.MEDIUM
        return _effect("every row"), Severity.HIGH if deletes else size.severity
    label = subject.tables.label(subject.table)
    reads_all = subject.tables.known and label in subject.impact.scans
    expected = expected_rows(subject.node, subject.facts)
    if expected is not None:
        reading = ", found by reading all" if reads_all else ""
        found = f"about {count_words(expected)} rows (the planner's estimate{reading})"
        severity = size.share(expected).severity
        if severity is Severity.LOW and not reads_all:
            severity = Severity.NONE
        return _effect(found), severity
    if reads_all:
        return _effect("rows found by reading all"), Severity(max(size.severity - 1, 1))
    asked = subject.facts is not None and subject.facts.expected is not None
    return UNKNOWN, Severity.LOW if asked and size.severity > Severity.LOW else Severity.NONE


def _effect(which: str) -> str:
    return EFFECT.replace("{which}", which)


def _is_whole(subject: Subject) -> bool:
    return subject.node.where_clause.WhichOneof("node") is None


def _is_limited(where: pb.Node) -> bool:
    """`column IN (SELECT ... LIMIT 100)`, or `= (SELECT ... LIMIT 1)`."""
    for part in syntax.conjuncts(syntax.unwrap(where)) if where.WhichOneof("node") else ():
        found = [part] if isinstance(part, pb.SubLink) else syntax.children(part)
        for link in found:
            inner = link.subselect.select_stmt if isinstance(link, pb.SubLink) else None
            if (
                inner is not None
                and link.sub_link_type in _CHOOSING
                and inner.HasField("limit_count")
            ):
                return True
    return False
