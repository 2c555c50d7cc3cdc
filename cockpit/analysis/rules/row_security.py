"""Row security hides rows from roles that no policy names."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "row-security"
READS = (
    "AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity",
    "AT_NoForceRowSecurity",
)  # fmt: skip
EFFECT = "From one moment to the next roles {what} rows of {table}; every query waits meanwhile."
SAFER = """\
-- policies first, in the same transaction, tried with SET ROLE for each role of the application:
-- CREATE POLICY ... ON {table} ...;"""
BAD = "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;"
GOOD = "CREATE POLICY everybody ON orders USING (true);"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None:
        return None
    stricter = subject.part.kind in ("AT_EnableRowSecurity", "AT_ForceRowSecurity")
    what = "without a policy see no" if stricter else "see all"
    effect = EFFECT.format(what=what, table=subject.table)
    return Hazard(NAME, Severity.MEDIUM, effect, SAFER.format(table=subject.table))
