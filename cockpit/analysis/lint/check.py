"""One file in, what may hurt out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cockpit.analysis.hazards.examine import examine
from cockpit.analysis.hazards.placing import Placed, placed, study
from cockpit.analysis.hazards.rule import rules
from cockpit.analysis.lint.allowances import Allowances, allowances
from cockpit.analysis.lint.scripts import Scripts, scripts
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.model.migration import Direction, Phase
from cockpit.model.problem import Problem
from cockpit.sql.statements import Places

_NEWEST = 18


@dataclass(frozen=True, slots=True)
class Finding:
    """One hazard at its place."""

    path: str
    line: int
    """Of the part that is meant, from 1."""
    column: int
    """In characters, from 1."""
    hazard: Hazard
    statement: str
    direction: Direction = Direction.UP


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in one file."""

    path: str
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the file, or a part of it, cannot be read."""
    statements: int = 0
    allowed: int = 0
    """Hazards that the file says it takes on."""
    passed_over: int = field(default=0)
    """Statements that roll back and were not asked for."""


def lint(
    path: str,
    text: str,
    *,
    facts: CatalogFacts | None = None,
    optional: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
    down: bool = False,
    major: int = _NEWEST,
) -> Linted:
    """Every hazard of one file, in the order of the text.

    What rolls back is looked at only with `down`: it destroys what going forward made, by its
    nature. `optional` rules are added, those in `without` left out.
    """
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    found = scripts(path, text)
    allowed = allowances(text)
    linter = _Linter(found, allowed, facts, major, optional, without)
    ups = linter.take(found.up)
    downs = linter.take(found.down) if down else ()
    problems = (*found.problems, *linter.problems, *_unknown(path, text, allowed))
    return Linted(
        path,
        tuple(sorted((*ups, *downs), key=lambda finding: (finding.line, finding.column))),
        problems,
        linter.statements,
        linter.allowed,
        0 if down else len(found.down),
    )


class _Linter:
    """Goes through the phases of one file and counts."""

    def __init__(
        self,
        found: Scripts,
        allowed: Allowances,
        facts: CatalogFacts | None,
        major: int,
        optional: frozenset[str],
        without: frozenset[str],
    ) -> None:
        self._scripts, self._allowances = found, allowed
        self._facts, self._major = facts, major
        self._optional, self._without = optional, without
        self.statements = self.allowed = 0
        self.problems: list[Problem] = []

    def take(self, phases: tuple[Phase, ...]) -> tuple[Finding, ...]:
        """Phases of one direction, as one plan."""
        pairs = [(phase, item) for n, phase in enumerate(phases) for item in self._placed(phase, n)]
        studied = study([item for _, item in pairs], self._facts, self._major)
        hazards = examine(
            studied,
            self._facts,
            major=self._major,
            runner=self._scripts.runner,
            optional=self._optional,
        )
        self.statements += len(pairs)
        return tuple(
            finding
            for (phase, item), found in zip(pairs, hazards, strict=True)
            for finding in self._findings(phase, item, found)
        )

    def _placed(self, phase: Phase, number: int) -> tuple[Placed, ...]:
        try:
            return placed(phase, number, one_string=self._scripts.one_string)
        except MigrationError as error:
            # The words of the error begin with its place.
            what = error.what.split(": ", 1)[-1]
            self.problems.append(
                Problem(
                    what,
                    path=phase.path,
                    line=error.line,
                    column=error.column,
                    next_step=error.next_step,
                )
            )
            return ()

    def _findings(
        self, phase: Phase, item: Placed, hazards: tuple[Hazard, ...]
    ) -> Iterator[Finding]:
        statement = item.statement
        last = statement.line + statement.sql.count("\n")
        for hazard in hazards:
            if hazard.rule in self._without:
                continue
            if self._allowances.allow(hazard.rule, statement.line, last):
                self.allowed += 1
                continue
            line, column = statement.line, statement.column
            if hazard.offset is not None:
                places = Places(phase.script.encode(), phase.line)
                line, column = places.at(hazard.offset)
            yield Finding(phase.path, line, column, hazard, statement.sql, phase.direction)


def _unknown(path: str, text: str, allowed: Allowances) -> tuple[Problem, ...]:
    """Names in allowances that no rule has: a slip would leave a hazard shown, or hide none."""
    known = {rule.NAME for rule in rules()}
    return tuple(
        Problem(
            f"cockpit:allow {name}: no rule has that name",
            path=path,
            line=next((n for n, line in enumerate(text.splitlines(), 1) if name in line), 0),
            next_step="Look at cockpit lint --rules.",
            blocks_writing=False,
        )
        for name in sorted(allowed.named() - known)
    )
