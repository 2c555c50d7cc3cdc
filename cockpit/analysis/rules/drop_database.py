"""A dropped database is gone, with its migrations and their ledger."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-database"
READS = ("DropdbStmt",)
EFFECT = "Loses the whole database {database}, and no rollback brings it back."
SAFER = """\
-- lock it away first, and drop it by hand when nobody has missed it:
ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false;"""
BAD = "DROP DATABASE IF EXISTS archive_of_nothing;"
GOOD = "CREATE TABLE archive (id bigint PRIMARY KEY);"


def check(subject: Subject) -> Hazard | None:
    """Always: migrations live inside of a database."""
    database = quoted(subject.node.dbname)
    effect = EFFECT.format(database=database)
    return Hazard(NAME, Severity.HIGH, effect, SAFER.format(database=database))
