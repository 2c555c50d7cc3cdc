"""REFRESH MATERIALIZED VIEW keeps every reader out until its query is done."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "refresh-blocks-reads"
READS = ("RefreshMatViewStmt",)
EFFECT = "Blocks every read on {view} until its query has run to the end."
SAFER = """\
-- outside of a transaction; it needs a unique index over columns, without WHERE:
-- CREATE UNIQUE INDEX CONCURRENTLY ON {view} (...);
REFRESH MATERIALIZED VIEW CONCURRENTLY {view};"""
EMPTIED = "Empties {view}: every read of it fails until it is filled again."
BAD = "REFRESH MATERIALIZED VIEW totals;"
GOOD = "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;"


def check(subject: Subject) -> Hazard | None:
    """Silent when concurrent, and on a view nobody could read before."""
    refresh = subject.node
    if refresh.concurrent or subject.lock is None:
        return None
    found = subject.tables.find(subject.table)
    if found is not None and not found.populated:
        return None
    effect = (EMPTIED if refresh.skip_data else EFFECT).format(view=subject.table)
    severity = Severity.MEDIUM if refresh.skip_data else subject.largest.severity
    return Hazard(NAME, severity, effect, SAFER.format(view=subject.table))
