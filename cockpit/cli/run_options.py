"""How a run is confirmed and told: options of every command that writes."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cockpit.cli.answers import CONFIRM, REASON, YES, seen_option
from cockpit.cli.options import Command, as_json, decorated


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


def with_run(command: Command) -> Command:
    """Add what every run needs; the command gets `run`."""

    @functools.wraps(command)
    def gathered(*arguments: Any, **given: Any) -> Any:
        named = {name: given.pop(name) for name in RunOptions.__slots__}
        return command(*arguments, run=RunOptions(**named), **given)

    return decorated(gathered, _OPTIONS)


_OPTIONS = (
    YES,
    CONFIRM,
    seen_option("--plan-id", "plan_id", "the plan that was reviewed"),
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
    REASON,
    as_json,
)
