"""An enum is harder to change than a table: labels cannot be removed, nor reordered."""

from cockpit.analysis.hazards.names import name_in
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "create-enum"
READS = ("CreateEnumStmt",)
EFFECT = "No label of {type} can ever be removed, and a new one cannot be used where it is added."
SAFER = """\
-- a table that the others refer to, or a text column with
-- CHECK (column IN ({labels}))
CREATE TABLE {type} (name text PRIMARY KEY);"""
BAD = "CREATE TYPE mood AS ENUM ('fine', 'bad');"
GOOD = "CREATE TABLE mood (name text PRIMARY KEY);"


def check(subject: Subject) -> Hazard | None:
    """Every new enum."""
    create = subject.node
    labels = ", ".join(f"'{label}'" for label in syntax.words(create.vals))
    names = {"type": name_in(create.type_name), "labels": labels}
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))
