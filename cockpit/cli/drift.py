"""`cockpit drift`: what was changed in the schema by hand, and the same as a migration."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cockpit.cli.answers import REASON, Answers, answered, to_do, with_answers
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import UsageError
from cockpit.model.board import Board
from cockpit.model.schema import NOT_COMPARED
from cockpit.model.state import State

if TYPE_CHECKING:
    from cockpit.deploy.engine import Engine

DRIFT, UNREADABLE = 4, 1


@click.command()
@click.argument("versions", nargs=-1, metavar="[VERSION]...")
@with_request
@click.option(
    "--write",
    "write",
    metavar="NAME",
    help="Write a native migration of that name that makes the same changes; - prints it.",
)
@click.option("--exit-code", is_flag=True, help="Exit 4 when the schema has drifted.")
@click.option(
    "--accept",
    is_flag=True,
    help="Count all of it as meant from now on: write down who has looked at it, and why.",
)
@with_answers(REASON)
@as_json
@click.pass_obj
def drift(
    surroundings: Surroundings,
    versions: tuple[str, ...],
    request: Request,
    write: str | None,
    exit_code: bool,
    accept: bool,
    answers: Answers,
    as_json: bool,
) -> None:
    """Show what was added, changed and dropped in the schema outside of migrations.

    It stays drift over every run that does not touch it, until a migration speaks of it or it is
    accepted. Privileges, default privileges, comments, the order of columns and partitions that
    come and go do not count. Exits 1 when the schema cannot be compared; then nothing is claimed.
    With VERSIONs: what the edit of each applied file changes in it, and what the schema shows of
    that.
    """
    if accept and (versions or write is not None):
        raise UsageError("--accept goes neither with a VERSION nor with --write.")
    if versions:
        _edits(surroundings, request, versions, as_json)
        return
    from cockpit.cli.opening import opened
    from cockpit.present.schema_words import DRIFT_NEXT, change_json, drift_text, schema_words

    with opened(request, surroundings) as engine:
        board = engine.look()
        if accept and board.schema_drift:
            board = _accepted(surroundings, engine, board, answers, as_json)
    if as_json:
        changes = board.schema_drift
        told = None if changes is None else [change_json(change) for change in changes]
        unchecked = board.schema_unchecked or None
        left_out = list(NOT_COMPARED)
        print_json({"changes": told, "unchecked": unchecked, "not_compared": left_out})
    elif board.schema_drift is None:
        words = board.database_error or schema_words(board)
        click.echo(f"The schema cannot be compared: {words}", err=True)
    else:
        print_text(drift_text(board))
        if board.schema_drift and write is None:
            print_text("\n" + "\n".join(f"next  {how} {what}" for how, what in DRIFT_NEXT))
    if board.schema_drift is None:
        click.get_current_context().exit(UNREADABLE)
    if write is not None:
        _write(surroundings, request, board, write)
    if exit_code and board.schema_drift:
        click.get_current_context().exit(DRIFT)


def _accepted(
    surroundings: Surroundings, engine: "Engine", board: Board, answers: Answers, as_json: bool
) -> Board:
    """Show it, ask, and write it down; the board after that."""
    from cockpit.present.schema_words import drift_text

    seen = board.schema_drift or ()
    if not as_json:
        print_text(drift_text(board) + "\n")
    question = to_do("accept what was changed by hand", board.standpoint)
    engine.arm(answered(surroundings, question, answers))
    engine.accept_drift(seen, answers.reason)
    return engine.look()


def _edits(
    surroundings: Surroundings, request: Request, versions: tuple[str, ...], as_json: bool
) -> None:
    from cockpit.cli.opening import opened
    from cockpit.present.edit_text import edit_json, edit_lines
    from cockpit.present.harmless import harmless

    with opened(request, surroundings) as engine:
        edits = {version: engine.edit(version) for version in versions}
        board = engine.look() if None in edits.values() else None
    for version, edit in edits.items():
        if edit is None and board is not None:
            click.echo(harmless(f"{version}: {_why_no_edit(board, version)}"), err=True)
    found = [edit for edit in edits.values() if edit is not None]
    if as_json:
        print_json([edit_json(edit) for edit in found])
    elif found:
        print_text("\n".join(line for edit in found for line in edit_lines(edit)))


def _why_no_edit(board: Board, version: str) -> str:
    standing = board.find(version)
    if standing is None:
        return "neither in this ref nor in the history"
    if standing.record is None or not (standing.state.in_force or standing.record.done):
        return f"{standing.state}: nothing of it is applied, so there is nothing to compare with"
    if standing.migration is None:
        return "not in this ref, so there is no file to compare with"
    if standing.state is State.DRIFTED:
        return "edited since it was applied, and nobody kept what was applied"
    return f"{standing.state}: {standing.why}"


def _write(surroundings: Surroundings, request: Request, board: Board, name: str) -> None:
    from cockpit.analysis.schema_migration import write_migration
    from cockpit.cli.choice import read_choice

    if not board.schema_drift:
        click.echo("There is nothing to write.")
        return
    written = write_migration(board.schema_drift)
    where = board.identity.database if board.identity else board.standpoint.name
    text = written.file(f"What was changed in {where} outside of migrations.")
    for line in written.left_out:
        click.echo(f"not written: {line}", err=True)
    if name == "-":
        print_text(text)
        return
    if board.tool != "cockpit":
        raise UsageError(
            f"The files here are those of {board.tool}, and a native one does not go with them.",
            next_step="Print the statements with cockpit drift --write - and place them by hand.",
        )
    root = read_choice(request, surroundings).root
    if root is None:
        raise UsageError("There is no work tree here to write a file to.")
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "drift"
    path = root / board.folder / f"{datetime.now(UTC):%Y%m%d%H%M%S}_{slug}.sql"
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent} to write to.")
    path.write_text(text, encoding="utf-8")
    print_text(f"Written: {path.relative_to(root)}. Read it before you commit it.")
