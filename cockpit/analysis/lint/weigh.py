"""Any SQL, statement by statement: what it does and what may hurt."""

from dataclasses import dataclass

from cockpit.analysis.hazards.examine import examine
from cockpit.analysis.hazards.placing import placed, study
from cockpit.analysis.lint.scripts import scripts
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.model.impact import Impact


@dataclass(frozen=True, slots=True)
class Weighed:
    """One statement."""

    path: str
    sql: str
    line: int
    column: int
    impact: Impact
    hazards: tuple[Hazard, ...]


def weigh(
    path: str, text: str, *, facts: CatalogFacts | None = None, major: int = 18
) -> tuple[Weighed, ...]:
    """Every statement of one file in order, ways back left out unless the file is one.

    Raises `MigrationError` at the line and column of what cannot be read.
    """
    found = scripts(path, text)
    phases = found.up or found.down
    items = [
        item
        for number, phase in enumerate(phases)
        for item in placed(phase, number, one_string=found.one_string)
    ]
    major = facts.major if facts else major
    studied = study(items, facts, major)
    hazards = examine(studied, facts, major=major, runner=found.runner)
    return tuple(
        Weighed(
            path, item.statement.sql, item.statement.line, item.statement.column, one.impact, risks
        )
        for item, one, risks in zip(items, studied, hazards, strict=True)
    )
