"""Findings as workflow commands of GitHub Actions, which show them beside the changed lines.

Format: docs.github.com, "Workflow commands for GitHub Actions", setting a notice, warning, error.
"""

from collections.abc import Iterable, Iterator

from cockpit.analysis.lint import Finding, Linted
from cockpit.model.hazard import Severity
from cockpit.model.problem import Problem
from cockpit.present.harmless import harmless, harmless_block

_COMMANDS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def annotations(files: Iterable[Linted]) -> Iterator[str]:
    """One command a line."""
    for file in files:
        yield from (_finding(finding) for finding in file.findings)
        yield from (_problem(problem) for problem in file.problems)


def _finding(finding: Finding) -> str:
    hazard = finding.hazard
    safer = f"\n\nSafer:\n{harmless_block(hazard.safer)}" if hazard.safer else ""
    return _command(
        _COMMANDS[hazard.severity],
        finding.path,
        finding.line,
        finding.column,
        hazard.rule,
        harmless(hazard.message) + safer,
    )


def _problem(problem: Problem) -> str:
    words = f"{harmless(problem.what)}. {harmless(problem.next_step)}".rstrip()
    command = "error" if problem.blocks_writing else "notice"
    return _command(command, problem.path, problem.line, problem.column, "unreadable", words)


def _command(name: str, path: str, line: int, column: int, title: str, words: str) -> str:
    places = {"file": path, "line": str(line or 1), "col": str(column or 1), "title": title}
    properties = ",".join(f"{key}={_property(value)}" for key, value in places.items())
    return f"::{name} {properties}::{_data(words)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
