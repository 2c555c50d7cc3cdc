"""Findings as SARIF 2.1.0, which code hosts read into their security views (OASIS standard)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from cockpit import __version__
from cockpit.analysis.hazards.rule import Rule, words
from cockpit.analysis.lint import Finding, Linted
from cockpit.model.hazard import Severity
from cockpit.model.problem import Problem

Json = dict[str, Any]
_LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}


def sarif(files: Iterable[Linted], rules: Iterable[Rule]) -> Json:
    """One run of one tool. Lines and columns from 1, columns in characters."""
    known = list(files)
    read = not any(p.blocks_writing for file in known for p in file.problems)
    notes = [_notification(problem) for file in known for problem in file.problems]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "cockpit",
                        "version": __version__,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": read, "toolExecutionNotifications": notes}],
                "results": [_result(f) for file in known for f in file.findings],
            }
        ],
    }


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.NAME,
        "shortDescription": {"text": words(rule)},
        "help": {"text": f"Reported:\n{rule.BAD}\n\nNot reported:\n{rule.GOOD}"},
    }


def _result(finding: Finding) -> Json:
    hazard = finding.hazard
    safer = f"\n\nSafer:\n{hazard.safer}" if hazard.safer else ""
    return {
        "ruleId": hazard.rule,
        "level": _LEVELS[hazard.severity],
        "message": {"text": hazard.message + safer},
        "locations": [_location(finding.path, finding.line, finding.column)],
    }


def _notification(problem: Problem) -> Json:
    return {
        "level": "error" if problem.blocks_writing else "note",
        "message": {"text": f"{problem.what}. {problem.next_step}".rstrip()},
        "locations": [_location(problem.path, problem.line or 1, problem.column or 1)],
    }


def _location(path: str, line: int, column: int) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path)},
            "region": {"startLine": line, "startColumn": column},
        }
    }
