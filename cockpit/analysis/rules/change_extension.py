"""Another version of an extension runs its own script: what that locks is in no file of yours."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "change-extension"
READS = ("AlterExtensionStmt",)
EFFECT = "Runs the update script of {name}: it may lock and change whatever belongs to it."
SAFER = "-- rehearse it on a copy with the same version, and read the script that comes with it"
BAD = "ALTER EXTENSION plpgsql UPDATE;"
GOOD = "CREATE EXTENSION IF NOT EXISTS plpgsql;"


def check(subject: Subject) -> Hazard | None:
    """ALTER EXTENSION ... UPDATE."""
    name = quoted(subject.node.extname)
    return Hazard(NAME, Severity.LOW, EFFECT.format(name=name), SAFER)
