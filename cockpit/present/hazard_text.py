"""Hazards as lines of plain text: of a plan's step, of a file, and the rules themselves."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cockpit.analysis.hazards.rule import Rule, is_optional, words
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.problem import Problem
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.table import table

if TYPE_CHECKING:
    from cockpit.analysis.lint import Finding, Linted

_INDENT = "    "


def hazard_text(hazard: Hazard) -> Iterator[str]:
    """What it can hurt, and the safer way with its lines one below the other."""
    yield f"{hazard.severity.word}: {harmless(hazard.message)}"
    if hazard.safer:
        first, *rest = harmless_block(hazard.safer).split("\n")
        yield f"safer: {first}"
        yield from (f"       {line}" for line in rest)


def lint_text(files: Iterable["Linted"]) -> Iterator[str]:
    """Every finding with its safer way, then what could not be read, then the count."""
    known = list(files)
    for file in known:
        for finding in file.findings:
            yield from _finding(finding)
        yield from (_problem(problem) for problem in file.problems)
    yield from _count(known)


def rules_text(known: Iterable[Rule]) -> Iterator[str]:
    """One line a rule; optional ones are marked."""
    rows = [(rule.NAME, "--include" if is_optional(rule) else "", words(rule)) for rule in known]
    return table(rows)


def rule_text(rule: Rule) -> Iterator[str]:
    """One rule with its two examples."""
    yield rule.NAME
    yield words(rule)
    if is_optional(rule):
        yield f"Asked only with --include {rule.NAME}."
    for title, sql in (("reported:", rule.BAD), ("not reported:", rule.GOOD)):
        yield ""
        yield title
        yield from (f"{_INDENT}{line}" for line in sql.splitlines())


def _finding(finding: "Finding") -> Iterator[str]:
    hazard = finding.hazard
    place = f"{harmless(finding.path)}:{finding.line}:{finding.column}"
    yield f"{place}: {hazard.severity.word} {hazard.rule}: {harmless(hazard.message)}"
    if hazard.safer:
        yield from (f"{_INDENT}{line}" for line in harmless_block(hazard.safer).split("\n"))


def _problem(problem: Problem) -> str:
    word = "error" if problem.blocks_writing else "note"
    words = f"{problem.place}: {word}: {problem.what}. {problem.next_step}"
    return harmless(words.rstrip())


def _count(files: list["Linted"]) -> Iterator[str]:
    found = [finding.hazard.severity for file in files for finding in file.findings]
    statements = sum(file.statements for file in files)
    looked = f"{plural(statements, 'statement')} in {plural(len(files), 'file')}"
    if found:
        parts = [
            f"{found.count(severity)} {severity.name.lower()}"
            for severity in sorted(Severity, reverse=True)
            if severity in found
        ]
        yield f"{plural(len(found), 'hazard')} ({', '.join(parts)}) in {looked}"
    else:
        yield f"No hazard in {looked}"
    allowed = sum(file.allowed for file in files)
    if allowed:
        yield f"{plural(allowed, 'hazard')} allowed by the files themselves"
    passed_over = sum(file.passed_over for file in files)
    if passed_over:
        yield f"{plural(passed_over, 'way')} back left out; --down looks at them"
