"""A new column reaches every SELECT * and every INSERT without a column list."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "grow-select-star"
READS = ("AT_AddColumn",)
OPTIONAL = True
EFFECT = "Running code that says SELECT * from {table} meets {column} from one moment to the next."
SAFER = "-- name columns in queries; then new ones reach nobody who did not ask"
BAD = "ALTER TABLE orders ADD COLUMN note text;"
GOOD = "COMMENT ON TABLE orders IS 'no new column';"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    if subject.lock is None:
        return None
    column = quoted(getattr(subject.node, "def").column_def.colname)
    effect = EFFECT.format(table=subject.table, column=column)
    return Hazard(NAME, Severity.LOW, effect, SAFER)
