"""REFRESH MATERIALIZED VIEW keeps every reader out until its query is done."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "refresh-blocks-reads"
READS = ("RefreshMatViewStmt",)
EFFECT = "Blocks every read on {view} until its query has run to the end."
SAFER = """\
-- outside of a transaction; it needs a unique index over columns, without WHERE:
-- CREATE UNIQUE INDEX CONCURRENTLY ON {view} (...);
REFRESH MATERIALIZED VIEW CONCURRENTLY {view};"""
BAD = "REFRESH MATERIALIZED VIEW totals;"
GOOD = "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;"


def check(subject: Subject) -> Hazard | None:
    """Silent when concurrent, when nothing is read, and on a view nobody could read before."""
    refresh = subject.node
    if refresh.concurrent or refresh.skip_data or subject.lock is None:
        return None
    found = subject.tables.find(subject.table)
    if found is not None and not found.populated:
        return None
    effect = EFFECT.format(view=subject.table)
    return Hazard(NAME, subject.largest.severity, effect, SAFER.format(view=subject.table))
