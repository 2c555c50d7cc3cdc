"""How a run is confirmed and told: options of every command that writes."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cockpit.cli.options import Command, as_json, decorated

_SHORTEST_ID = 8


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is confirmed and told."""

    yes: bool = False
    confirm: str | None = None
    plan_id: str | None = None
    plan_file: Path | None = None
    pass_gates: tuple[str, ...] = ()
    reason: str = ""
    as_json: bool = False


def _long_enough(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    if value is not None and len(value) < _SHORTEST_ID:
        raise click.BadParameter(f"give at least {_SHORTEST_ID} characters of it.")
    return value


def with_run(command: Command) -> Command:
    """Add what every run needs; the command gets `run`."""

    @functools.wraps(command)
    def gathered(*arguments: Any, **given: Any) -> Any:
        named = {name: given.pop(name) for name in RunOptions.__slots__}
        return command(*arguments, run=RunOptions(**named), **given)

    return decorated(gathered, _OPTIONS)


_OPTIONS = (
    click.option("--yes", is_flag=True, help="Do not ask. On unprotected targets only."),
    click.option("--confirm", metavar="NAME", help="The name of a protected target, and ..."),
    click.option(
        "--plan-id",
        metavar="ID",
        callback=_long_enough,
        help="... the id of the plan that was reviewed, or its first 8 characters or more.",
    ),
    click.option(
        "--plan",
        "plan_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Run exactly this plan, written by: cockpit plan --out FILE.",
    ),
    click.option(
        "--pass-gate",
        "pass_gates",
        multiple=True,
        metavar="VERSION:PHASE",
        help="What the gate of this phase asks for is true. May be repeated.",
    ),
    click.option("--reason", default="", metavar="TEXT", help="Why, for the ledger."),
    as_json,
)
