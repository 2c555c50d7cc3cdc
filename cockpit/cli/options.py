"""Options that many commands share, gathered into values."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from cockpit.cli.output import json_asked
from cockpit.model.attic import Place
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment

Command = Callable[..., Any]

_ENVIRONMENTS = [e.value for e in Environment if e is not Environment.UNKNOWN]


@dataclass(frozen=True, slots=True)
class Request:
    """Which database and which files, as the command line said it; None where it did not."""

    target: str | None = None
    dsn: str | None = None
    environment: str | None = None
    repo: Path | None = None
    path: str | None = None
    tool: str | None = None
    history_table: str | None = None
    ref: str | None = None

    def __repr__(self) -> str:
        """Without the connection string: it may hold a password."""
        return f"Request(target={self.target!r}, repo={self.repo!r}, ref={self.ref!r})"


_REQUEST = (
    click.option("--target", metavar="NAME", help="A target of cockpit.toml."),
    click.option("--dsn", metavar="URL", help="A database by its address; also COCKPIT_DSN."),
    click.option(
        "--environment",
        type=click.Choice(_ENVIRONMENTS),
        help="What the database of --dsn is for. Without it the database is protected.",
    ),
    click.option(
        "--repo",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A git repository, also a bare one. Default: where you are.",
    ),
    click.option("--path", metavar="FOLDER", help="The folder of the migrations."),
    click.option("--tool", metavar="NAME", help="Whose migrations they are. Default: auto."),
    click.option(
        "--history-table",
        metavar="TABLE",
        help="Where that tool keeps its history, as schema.table. Default: as its settings say.",
    ),
    click.option("--ref", metavar="REF", help="A branch, tag or commit. Default: the work tree."),
)


target_argument = click.argument("named", metavar="[TARGET]", required=False)
"""A target by its name, in place of `--target`; see `with_target`."""


def with_target(request: Request, named: str | None) -> Request:
    """The target as an argument or as an option; not both."""
    if named is None:
        return request
    if request.target or request.dsn:
        raise click.UsageError("Name the target once: as an argument, or with an option.")
    return replace(request, target=named)


def with_request(command: Command) -> Command:
    """Add the options that name a database and files; the command gets `request`."""

    @functools.wraps(command)
    def gathered(*arguments: Any, **given: Any) -> Any:
        named = {name: given.pop(name) for name in Request.__slots__}
        return command(*arguments, request=Request(**named), **given)

    return decorated(gathered, _REQUEST)


DOWN_FROM = ("ledger", "commit", "latest", "files")
"""Values of `Goal.down_from`."""
_APPLY, _ROLLBACK, _REDO = Action.APPLY, Action.ROLLBACK, Action.REDO
_GOAL: tuple[tuple[tuple[str, ...], tuple[Action, ...], dict[str, Any]], ...] = (
    (
        ("--to", "to_version"),
        (_APPLY, _ROLLBACK, _REDO),
        {"metavar": "VERSION", "help": "Up to it, or back to it."},
    ),
    (("--to-tag",), (_APPLY, _ROLLBACK), {"metavar": "TAG", "help": "To what a release holds."}),
    (
        ("--only",),
        (_APPLY, _ROLLBACK, _REDO),
        {"metavar": "VERSION", "help": "This version and nothing else."},
    ),
    (
        ("--last-run",),
        (_ROLLBACK,),
        {"is_flag": True, "help": "Roll back what the last run applied."},
    ),
    (
        ("--phase",),
        (_ROLLBACK,),
        {"metavar": "PHASE", "help": "With --only: roll back from this phase on."},
    ),
    (
        ("--down-from",),
        (_ROLLBACK, _REDO),
        {
            "type": click.Choice(DOWN_FROM),
            "help": "Roll back with the scripts kept there, and no others.",
        },
    ),
    (
        ("--half-way",),
        (_ROLLBACK,),
        {
            "is_flag": True,
            "help": "Roll back a phase that is half up also where the catalog cannot judge it.",
        },
    ),
    (
        ("--keep",),
        (_APPLY, _ROLLBACK, _REDO),
        {
            "type": click.Choice([place.value for place in Place]),
            "help": "Keep the data of dropped tables and columns there; see cockpit attic.",
        },
    ),
    (
        ("--restore",),
        (_APPLY, _ROLLBACK, _REDO),
        {"is_flag": True, "help": "Put back what was kept of what is made again."},
    ),
)
"""Names, the actions that the option is for, and what click is to know of it."""

_NAMES = tuple(names[-1].removeprefix("--").replace("-", "_") for names, _, _ in _GOAL)


def with_goal(*actions: Action) -> Callable[[Command], Command]:
    """Add the options that say where to; the command gets `goal`, a function of the action.

    What is for none of these actions is read all the same, to be refused in words, and not shown.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(*arguments: Any, **given: Any) -> Any:
            named = {name: given.pop(name) for name in _NAMES}
            return command(*arguments, goal=GoalOptions(**named), **given)

        return decorated(
            gathered,
            tuple(
                click.option(*names, hidden=not set(actions) & set(fits), **known)
                for names, fits, known in _GOAL
            ),
        )

    return decorate


@dataclass(frozen=True, slots=True)
class GoalOptions:
    """Where to, before it is known in which direction."""

    to_version: str | None = None
    to_tag: str | None = None
    only: str | None = None
    last_run: bool = False
    phase: str | None = None
    down_from: str | None = None
    half_way: bool = False
    keep: str | None = None
    restore: bool = False

    @property
    def given(self) -> bool:
        """Any of them was; what happens to data names no goal."""
        return replace(self, keep=None, restore=False, half_way=False) != GoalOptions()

    def goal(self, action: Action, step_in_doubt: str | None = None) -> Goal:
        """The goal. Raises click.UsageError for options that do not go together."""
        chosen = {
            "--to": self.to_version,
            "--to-tag": self.to_tag,
            "--only": self.only,
            "--last-run": self.last_run,
        }
        named = [option for option, value in chosen.items() if value]
        if len(named) > 1:
            raise click.UsageError(f"{' and '.join(named)} name two goals. Leave one out.")
        if self.last_run and action is not Action.ROLLBACK:
            raise click.UsageError("--last-run is for rollback.")
        if self.to_tag and action is Action.REDO:
            raise click.UsageError("--to-tag is for apply and rollback.")
        if self.phase and (action is not Action.ROLLBACK or not self.only):
            raise click.UsageError("--phase is for rollback together with --only.")
        if self.half_way and action is not Action.ROLLBACK:
            raise click.UsageError("--half-way is for rollback.")
        if self.down_from and action is Action.APPLY:
            raise click.UsageError("--down-from is for rollback and redo.")
        return Goal(
            action,
            to_version=self.to_version,
            to_tag=self.to_tag,
            only=self.only,
            last_run=self.last_run,
            phase=self.phase,
            down_from=self.down_from,
            step_in_doubt=step_in_doubt,
            half_way=self.half_way,
            keep=Place(self.keep) if self.keep else None,
            restore=self.restore,
        )


as_json = click.option(
    "--json", "as_json", is_flag=True, callback=json_asked, help="JSON on stdout."
)


def decorated(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
