"""`cockpit lint`: hazards of migration files, for a pipeline. No database needed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.cli.options import Request, with_request
from cockpit.cli.output import json_asked, print_json, print_text
from cockpit.cli.sql_files import read_files
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import CockpitError, UsageError

if TYPE_CHECKING:
    from cockpit.analysis.lint import Linted

HAZARD, UNREADABLE = 6, CockpitError.exit_code
_LEVELS = ("low", "medium", "high", "never")


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=json_asked,
    help="JSON on stdout; the same as --format json.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="github: annotations beside the changed lines. sarif: for code scanning.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    default="high",
    show_default=True,
    help="Exit 6 when a hazard is at or above it.",
)
@click.option("--include", multiple=True, metavar="RULE", help="Ask an optional rule as well.")
@click.option("--exclude", multiple=True, metavar="RULE", help="Leave a rule out.")
@click.option("--down", is_flag=True, help="Look at what rolls back as well.")
@click.option(
    "--server-version", "major", type=click.IntRange(14, 18), default=18, show_default=True,
    metavar="MAJOR", help="The PostgreSQL the files are for.",
)  # fmt: skip
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option("--fix", "fixes", is_flag=True, help="Write mechanical safer forms into the files.")
@click.option(
    "--never-applied", is_flag=True, help="With --fix: vouch that no database has run the files."
)
@with_request
@click.option("--rules", "list_rules", is_flag=True, help="List every rule and leave.")
@click.option("--explain", metavar="RULE", help="Show one rule with its examples and leave.")
@click.pass_obj
def lint(
    surroundings: Surroundings,
    files: tuple[Path, ...],
    as_json: bool,
    shape: str,
    fail_on: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    down: bool,
    major: int,
    diff: bool,
    fixes: bool,
    never_applied: bool,
    request: Request,
    list_rules: bool,
    explain: str | None,
) -> None:
    """Say what may hurt in migration files, each with the safer way in their own names.

    Reads native, dbmate, goose and sql-migrate files by their markers, golang-migrate's by their
    names, anything else as plain SQL; of a folder every .sql file, - is stdin. Without FILE it
    reads the folder that the settings name. Tables count as large: no database is asked. A file
    takes a hazard on with a comment above the statement:

        -- cockpit:allow drop-column: no code reads it since v2.3

    --fix replaces statements by their safer form where that is complete, with the BEGIN, COMMIT
    and transaction:false that it needs; --diff only shows it. Only for --fix a database is asked:
    a file that its history has is left alone.

    Exits 6 when a hazard is at or above --fail-on, 1 when a file cannot be read.
    """
    from cockpit.analysis.lint import lint as check

    if list_rules or explain:
        _tell_rules(explain)
        return
    files = files or (_known_folder(request, surroundings),)
    _refuse_unknown((*include, *exclude))
    if diff or fixes:
        from cockpit.cli.fixing import Asked, fix

        asked = Asked(frozenset(exclude), major, down, fixes and not diff, never_applied)
        fix(read_files(files), asked, request, surroundings)
        return
    found = [
        check(
            file.path,
            file.text,
            optional=frozenset(include),
            without=frozenset(exclude),
            down=down,
            major=major,
        )
        for file in read_files(files)
    ]
    _print(found, "json" if as_json else shape)
    if code := _code(found, fail_on):
        click.get_current_context().exit(code)


def _known_folder(request: Request, surroundings: Surroundings) -> Path:
    """The migrations that the settings name, as they lie in the work tree, from where one is."""
    from cockpit.cli.choice import read_choice

    choice = read_choice(request, surroundings)
    folder = choice.resolved.settings.folder
    if not folder or choice.root is None or not (choice.root / folder).is_dir():
        raise click.UsageError(
            "Name a file, a folder, or - for stdin; or set folder in cockpit.toml."
        )
    path = choice.root / folder
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _print(found: "list[Linted]", shape: str) -> None:
    from cockpit.analysis.hazards.rule import rules
    from cockpit.present.github_annotations import annotations
    from cockpit.present.hazard_text import lint_text
    from cockpit.present.lint_json import lint_json
    from cockpit.present.sarif import sarif

    if shape == "json":
        print_json(lint_json(found))
    elif shape == "sarif":
        print_json(sarif(found, rules()))
    else:
        lines = annotations(found) if shape == "github" else lint_text(found)
        print_text("\n".join(lines))


def _code(found: "list[Linted]", fail_on: str) -> int:
    from cockpit.model.hazard import Severity

    if any(problem.blocks_writing for file in found for problem in file.problems):
        return UNREADABLE
    if fail_on == "never":
        return 0
    limit = Severity[fail_on.upper()]
    worst = max((f.hazard.severity for file in found for f in file.findings), default=Severity.NONE)
    return HAZARD if worst >= limit else 0


def _tell_rules(name: str | None) -> None:
    from cockpit.analysis.hazards.rule import rules
    from cockpit.present.hazard_text import rule_text, rules_text

    if name is None:
        print_text("\n".join(rules_text(rules())))
        return
    _refuse_unknown((name,))
    print_text("\n".join(rule_text(next(rule for rule in rules() if name == rule.NAME))))


def _refuse_unknown(names: tuple[str, ...]) -> None:
    from difflib import get_close_matches

    from cockpit.analysis.hazards.rule import rules

    known = [rule.NAME for rule in rules()]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise UsageError(
                f"There is no rule {name}.",
                next_step=f"Did you mean {near[0]}?" if near else "List them with --rules.",
            )
