"""A renamed enum label breaks code that writes or compares the old one."""

from cockpit.analysis.hazards.names import name_in
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "rename-enum-label"
READS = ("AlterEnumStmt",)
EFFECT = "Code that is running now still says '{old}' for {type} and fails until it is replaced."
SAFER = """\
ALTER TYPE {type} ADD VALUE '{new}';
-- deploy code that knows both, update the rows in batches, then stop writing '{old}'"""
BAD = "ALTER TYPE mood RENAME VALUE 'fine' TO 'good';"
GOOD = "ALTER TYPE mood ADD VALUE 'good';"


def check(subject: Subject) -> Hazard | None:
    """Only RENAME VALUE."""
    alter = subject.node
    if not alter.old_val:
        return None
    names = {"type": name_in(alter.type_name), "old": alter.old_val, "new": alter.new_val}
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(**names), SAFER.format(**names))
