"""Findings as JSON: what `cockpit lint --json` prints. Keys may be added, none changes meaning."""

from collections.abc import Iterable
from typing import Any

from cockpit.analysis.lint import Linted
from cockpit.model.hazard import Hazard

Json = dict[str, Any]


def lint_json(files: Iterable[Linted]) -> Json:
    """Every finding and every problem with its place."""
    known = list(files)
    return {
        "files": len(known),
        "statements": sum(file.statements for file in known),
        "allowed": sum(file.allowed for file in known),
        "findings": [
            {
                "path": finding.path,
                "line": finding.line,
                "column": finding.column,
                "direction": finding.direction.value,
                **hazard_json(finding.hazard),
                "statement": finding.statement,
            }
            for file in known
            for finding in file.findings
        ],
        "problems": [
            {
                "path": problem.path,
                "line": problem.line,
                "column": problem.column,
                "message": problem.what,
                "next": problem.next_step,
                "unreadable": problem.blocks_writing,
            }
            for file in known
            for problem in file.problems
        ],
    }


def hazard_json(hazard: Hazard) -> Json:
    """One hazard, as everywhere."""
    return {
        "rule": hazard.rule,
        "severity": hazard.severity.name.lower(),
        "message": hazard.message,
        "safer": hazard.safer,
    }
