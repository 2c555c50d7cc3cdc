"""`cockpit plan`: the dry run, as text, as JSON, or into a file that `--plan` runs later."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.cli.options import GoalOptions, Request, as_json, with_goal, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Refused, UsageError
from cockpit.model.goal import Action

if TYPE_CHECKING:
    from cockpit.deploy.engine import Engine
    from cockpit.model.board import Board
    from cockpit.model.plan import Plan
    from cockpit.present.masking import Mask


@click.command()
@click.argument("action", type=click.Choice([action.value for action in Action]))
@with_goal(*Action)
@with_request
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the plan to a file; apply, rollback and redo run it with --plan.",
)
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE.md|.html",
    help="Write the sheet for the change ticket: statements, locks, way back, pictures. "
    "May be repeated.",
)
@click.option("--mask", is_flag=True, help="Hide hosts, users and database names.")
@click.option(
    "--live", "watch", is_flag=True,
    help="Also watch the tables for a moment: size, traffic, who is in the way now.",
)  # fmt: skip
@as_json
@click.pass_obj
def plan(
    surroundings: Surroundings,
    action: str,
    goal: GoalOptions,
    request: Request,
    out: Path | None,
    sheets: tuple[Path, ...],
    mask: bool,
    watch: bool,
    as_json: bool,
) -> None:
    """Show what would run, what each statement locks and loses, and the way back.

    Exits 7 when the plan may not be run; it is shown all the same.
    """
    from cockpit.cli.opening import opened
    from cockpit.present.again import run_text
    from cockpit.present.live_text import live_json, live_text
    from cockpit.present.masking import Mask
    from cockpit.present.plan_json import plan_json
    from cockpit.present.plan_text import plan_text

    asked = goal.goal(Action(action))
    if mask and out is not None:
        raise click.UsageError("A masked plan cannot be run later: leave out --mask or --out.")
    hides = Mask() if mask else None
    world = replace(surroundings, shown=hides.text) if hides else surroundings
    with opened(request, world) as real:
        engine = _masked(real, hides) if hides else real
        board = engine.look()
        made = engine.plan(asked, seen=board)
        live = engine.live(made) if watch else ()
        if sheets:
            _write_sheets(engine, board, made, sheets)
    if out is not None:
        _write(out, plan_json(made))
    if as_json:
        print_json(plan_json(made) | ({"live": live_json(live)} if watch else {}))
    else:
        now = ["", "NOW", *live_text(live)] if live else []
        run = [] if mask or made.empty or made.refusals else ["", *run_text(board, made)]
        print_text("\n".join([plan_text(made), *now, *run]))
    if made.refusals:
        click.get_current_context().exit(Refused.exit_code)


def _masked(engine: "Engine", mask: "Mask") -> "Engine":
    """Behind a mask that has learned from a look who and where this is."""
    from cockpit.present.masked_engine import masked

    hidden = masked(engine, mask)
    hidden.look()
    return hidden


def _write_sheets(engine: "Engine", board: "Board", made: "Plan", paths: tuple[Path, ...]) -> None:
    from cockpit.tui.sheet import write_sheets

    write_sheets(engine, board, made, paths)
    for path in paths:
        click.echo(f"sheet written: {path}", err=True)


def _write(path: Path, value: object) -> None:
    import json

    try:
        path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {path}: it cannot be written: {error.strerror}.") from error
