"""`cockpit plan`: the dry run, as text, as JSON, or into a file that `--plan` runs later."""

from pathlib import Path

import click

from cockpit.cli.options import GoalOptions, Request, as_json, with_goal, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Refused, UsageError
from cockpit.model.goal import Action


@click.command()
@click.argument("action", type=click.Choice([action.value for action in Action]))
@with_goal
@with_request
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the plan to a file; apply, rollback and redo run it with --plan.",
)
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
    watch: bool,
    as_json: bool,
) -> None:
    """Show what would run, what each statement locks and loses, and the way back.

    Exits 7 when the plan may not be run; it is shown all the same.
    """
    from cockpit.cli.opening import opened
    from cockpit.present.live_text import live_json, live_text
    from cockpit.present.plan_json import plan_json
    from cockpit.present.plan_text import plan_text

    asked = goal.goal(Action(action))
    with opened(request, surroundings) as engine:
        made = engine.plan(asked)
        live = engine.live(made) if watch else ()
    if out is not None:
        _write(out, plan_json(made))
    if as_json:
        print_json(plan_json(made) | ({"live": live_json(live)} if watch else {}))
    else:
        print_text("\n".join([plan_text(made), *(["", "NOW"] if live else []), *live_text(live)]))
    if made.refusals:
        click.get_current_context().exit(Refused.exit_code)


def _write(path: Path, value: object) -> None:
    import json

    try:
        path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {path}: it cannot be written: {error.strerror}.") from error
