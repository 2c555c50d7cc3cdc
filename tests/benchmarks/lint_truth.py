"""What linters say of statements whose effect on a real server is known.

    python -m tests.benchmarks.lint_truth TRUTH.json [--squawk PROGRAM] [--pg 15]

TRUTH.json holds cases: a statement and what a server did for it (strongest lock mode per relation,
rewrites, scans, rebuilt indexes). *Heavy* statements block at least writes of an existing table
while they read or rewrite one; *harmless* ones lock no table more strongly than a write does and
rewrite nothing. Both linters see the text alone: what ran earlier in the same session, then the
statement, of which alone the findings count. Rules that speak of every statement alike (set a
timeout, make it repeatable) are left out on both sides: they tell nothing apart.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cockpit.model.locks import LockMode

SEVERITIES = ("high", "medium", "low")
TABLES = ("r", "p", "f", "m")
Report = tuple[str, str, int]
"""A case, a rule, and the line it speaks of, from 1."""
OF_EVERY_STATEMENT = {
    "squawk": {"require-lock-timeout", "require-statement-timeout", "prefer-robust-stmts"},
    "cockpit lint": {"timeouts-missing"},
}


def truth_of(case: dict[str, Any], major: int) -> dict[str, Any] | None:
    """The case's truth on that version; None where its syntax is unknown or it fails."""
    if major not in case["versions"]:
        return None
    truth: dict[str, Any] = case.get("differs", {}).get(str(major)) or case["truth"]
    return None if truth["error"] else truth


def _worst(truth: dict[str, Any]) -> int:
    kinds = truth["kinds"]
    modes = [LockMode(m) for name, m in truth["locks"].items() if kinds.get(name) in TABLES]
    return max((mode.rank for mode in modes), default=0)


def is_heavy(truth: dict[str, Any]) -> bool:
    """It keeps writers waiting while it works through a table."""
    works = bool(truth["rewrites"] or truth["scans"] or truth["indexes_rebuilt"])
    return works and _worst(truth) >= LockMode.SHARE.rank


def is_harmless(truth: dict[str, Any]) -> bool:
    """Nobody but other DDL notices it."""
    return not truth["rewrites"] and _worst(truth) <= LockMode.ROW_EXCLUSIVE.rank


def earlier(case: dict[str, Any]) -> str:
    """What ran before the statement in its session, set apart by empty lines; may be empty."""
    parts = [case[name].rstrip("; \n") for name in ("session", "pre") if case[name]]
    return "".join(f"{part};\n\n\n" for part in parts)


def flagged(reports: Iterable[Report], linter: str, begins: dict[str, int]) -> set[str]:
    """Cases with any finding at the statement that is not said of every statement."""
    return {
        case
        for case, rule, line in reports
        if rule not in OF_EVERY_STATEMENT[linter] and line >= begins[case]
    }


def squawk(program: str, folder: Path) -> list[Report]:
    """Every violation; its lines count from 0."""
    files = sorted(map(str, folder.glob("*.sql")))
    done = subprocess.run(
        [program, "--reporter", "json", *files], capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)
    return [(Path(v["file"]).stem, v["rule_name"], v["line"] + 1) for v in found]


def ours(folder: Path, major: int, severities: tuple[str, ...]) -> list[Report]:
    """Every finding of `cockpit lint` of these severities, without a database."""
    done = subprocess.run(
        [
            sys.executable, "-m", "cockpit", "lint", "--json", "--server-version", str(major),
            *sorted(map(str, folder.glob("*.sql"))),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    findings = json.loads(done.stdout)["findings"]
    return [
        (Path(f["path"]).stem, f["rule"], f["line"])
        for f in findings
        if f["severity"] in severities
    ]


def write(case: dict[str, Any], path: Path) -> int:
    """The file that the linters see; the line on which the statement begins."""
    before = earlier(case)
    statement = case["statement"].rstrip("; \n")
    path.write_text(f"{before}{statement};\n")
    return before.count("\n") + 1


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("truth", type=Path)
    parser.add_argument("--squawk", default="squawk")
    parser.add_argument("--pg", type=int, default=15)
    options = parser.parse_args()
    cases = json.loads(options.truth.read_text())["cases"]
    known = {str(n): t for n, c in enumerate(cases) if (t := truth_of(c, options.pg))}
    heavy = {case for case, truth in known.items() if is_heavy(truth)}
    harmless = {case for case, truth in known.items() if is_harmless(truth)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begins = {case: write(cases[int(case)], folder / f"{case}.sql") for case in known}
        all_of_ours, worse = (ours(folder, options.pg, SEVERITIES[:n]) for n in (3, 2))
        found = {
            "squawk": flagged(squawk(options.squawk, folder), "squawk", begins),
            "cockpit lint": flagged(all_of_ours, "cockpit lint", begins),
            "cockpit lint, high and medium": flagged(worse, "cockpit lint", begins),
        }
    out = sys.stdout.write
    out("| linter, text alone | heavy statements found | false alarms on harmless ones |\n")
    out("|---|---:|---:|\n")
    for linter, cases_found in found.items():
        hit, alarm = len(cases_found & heavy), len(cases_found & harmless)
        out(f"| {linter} | {hit} of {len(heavy)} | {alarm} of {len(harmless)} |\n")


if __name__ == "__main__":
    main()
