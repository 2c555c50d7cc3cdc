"""`cockpit lint --fix` and `--diff`: safer forms in the place of statements, in the files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import click

from cockpit.analysis.lint.mend_all import Overhaul, mend_all
from cockpit.cli.choice import read_choice
from cockpit.cli.opening import opened
from cockpit.cli.options import Request
from cockpit.cli.output import print_text
from cockpit.cli.sql_files import STDIN, SqlFile
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import MigrationError, Refused, UsageError
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line wants changed."""

    without: frozenset[str]
    major: int
    down: bool
    writes: bool
    """False: the difference is shown and nothing written."""
    never_applied: bool
    """The operator vouches that no database has run these files."""


def fix(
    files: Iterable[SqlFile], asked: Asked, request: Request, surroundings: Surroundings
) -> None:
    """Show what changes, then write it. Raises Refused for a file that was applied."""
    known = list(files)
    if asked.writes and any(file.path == str(STDIN) for file in known):
        raise UsageError("What came from stdin has no file.", next_step="Use --diff.")
    found = [(file, _overhaul(file, asked)) for file in known]
    changed = [(file, one) for file, one in found if one.text != file.text]
    for file, one in found:
        print_text("\n".join(_told(file, one)))
    if asked.writes and changed:
        if not asked.never_applied:
            _refuse_applied([file for file, _ in changed], request, surroundings)
        for file, one in changed:
            _write(file, one)
    count = sum(len(one.taken_out) for _, one in changed)
    verb = "taken out of" if asked.writes else "can be taken out of"
    click.echo(f"{plural(count, 'hazard')} {verb} {plural(len(changed), 'file')}")


def _overhaul(file: SqlFile, asked: Asked) -> Overhaul:
    try:
        return mend_all(
            file.path, file.text, without=asked.without, major=asked.major, down=asked.down
        )
    except MigrationError as error:
        return Overhaul(file.text, (), (error,), ())


def _told(file: SqlFile, one: Overhaul) -> Iterator[str]:
    before, after = file.text.splitlines(), one.text.splitlines()
    for line in unified_diff(before, after, file.path, file.path, lineterm=""):
        yield harmless(line)
    for remark in one.remarks:
        yield f"{harmless(file.path)}: {remark}"
    for error in one.refused:
        yield f"stays: {harmless(error.what)}. {error.next_step}".rstrip()


def _refuse_applied(files: Iterable[SqlFile], request: Request, surroundings: Surroundings) -> None:
    """Ask the history of the target whether any of these ran, wholly or in part."""
    choice = read_choice(request, surroundings)
    if choice.target is None:
        raise Refused(
            "No database is named, so nobody can tell whether these files were applied.",
            next_step="Give --target NAME or --dsn URL, or vouch for it with --never-applied.",
        )
    with opened(request, surroundings) as engine:
        board = engine.look()
    if board.history is None:
        raise Refused(
            f"The history cannot be read: {board.database_error}",
            next_step="Vouch with --never-applied that no database has run these files.",
        )
    top = choice.root or choice.start
    applied = {
        (top / standing.migration.path).resolve(): standing.version
        for standing in board.standings
        if standing.migration is not None and standing.record is not None
    }
    for file in files:
        version = applied.get((surroundings.folder / file.path).resolve())
        if version is not None:
            raise Refused(
                f"{file.path} was applied to {board.standpoint.name} as {version}.",
                next_step="Leave it as it is, and write what is missing as a new migration.",
            )


def _write(file: SqlFile, one: Overhaul) -> None:
    try:
        Path(file.path).write_bytes(one.text.encode())
    except OSError as error:
        raise UsageError(f"{file.path}: it cannot be written: {error.strerror}.") from error
