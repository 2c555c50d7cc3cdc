"""A label without BEFORE or AFTER sorts last, and can never be moved."""

from cockpit.analysis.hazards.names import name_in
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "enum-label-order"
READS = ("AlterEnumStmt",)
OPTIONAL = True
EFFECT = "'{label}' sorts after every other label of {type}, for good."
SAFER = "ALTER TYPE {type} ADD VALUE '{label}' AFTER '...';"
BAD = "ALTER TYPE mood ADD VALUE 'great';"
GOOD = "ALTER TYPE mood ADD VALUE 'great' BEFORE 'fine';"


def check(subject: Subject) -> Hazard | None:
    """Only where the place is left open."""
    alter = subject.node
    if alter.old_val or alter.new_val_neighbor:
        return None
    words = {"label": alter.new_val, "type": name_in(alter.type_name)}
    return Hazard(NAME, Severity.LOW, EFFECT.format(**words), SAFER.format(**words))
