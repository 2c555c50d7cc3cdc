"""An index over more than three columns is big, slow to write and rarely used in full."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "wide-index"
READS = ("IndexStmt",)
EFFECT = "The index has {count} columns: every INSERT pays for all, most queries use the first two."
SAFER = """\
-- begin with the columns that narrow down most, and INCLUDE what is only read"""
BAD = "CREATE INDEX CONCURRENTLY ON orders (country, city, street, number);"
GOOD = "CREATE INDEX CONCURRENTLY ON orders (city, street);"
_MOST = 3


def check(subject: Subject) -> Hazard | None:
    """Silent for unique ones: they are rules, not shortcuts."""
    index = subject.node
    count = len(index.index_params)
    if index.unique or count <= _MOST:
        return None
    return Hazard(NAME, Severity.LOW, EFFECT.format(count=count), SAFER)
