"""The command `cockpit` and its subcommands, each imported when it is asked for.

`cockpit --version` and the completion of names load nothing heavy.
"""

import importlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import click

from cockpit import __version__
from cockpit.cli.failure import exit_codes

_DEFAULT = "open"
_COMMANDS = {
    "open": ("open", "open_cockpit"),
    "status": ("status", "status"),
    "drift": ("drift", "drift"),
    "compare": ("compare", "compare"),
    "branches": ("branches", "branches"),
    "plan": ("plan", "plan"),
    "rehearse": ("rehearse", "rehearse"),
    "apply": ("run", "apply"),
    "rollback": ("run", "rollback"),
    "redo": ("run", "redo"),
    "resume": ("run", "resume"),
    "new": ("new", "new"),
    "impact": ("impact", "impact"),
    "uses": ("uses", "uses"),
    "lint": ("lint", "lint"),
    "diagnose": ("diagnose", "diagnose"),
    "settle": ("settle", "settle"),
    "adopt": ("adopt", "adopt"),
    "attic": ("attic", "attic"),
    "give-back": ("give_back", "give_back"),
    "verify": ("verify", "verify"),
    "log": ("log", "log"),
    "lock": ("lock", "lock"),
    "settings": ("settings", "settings"),
    "credential": ("credential", "credential"),
    "where": ("where", "where"),
    "demo": ("demo", "demo"),
    "version": ("version", "version"),
}
"""Name to (module of this package, attribute), in the order people meet them."""


class Commands(click.Group):
    """Finds commands by name without importing the others, and turns errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table above."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one module that has it."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name]
        found: click.Command = getattr(importlib.import_module(f"cockpit.cli.{module}"), attribute)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`cockpit` and `cockpit --target production` open the cockpit."""
        if not args or (args[0].startswith("-") and args[0] not in _own_options(self, ctx)):
            args = command_first(args) or [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """`cockpit production` opens the target of that name, where the settings have one."""
        if args[0] not in _COMMANDS and not ctx.resilient_parsing and _is_target(args, ctx):
            args = [_DEFAULT, *args]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it raises becomes words on stderr and an exit code."""
        with exit_codes(ctx):
            return super().invoke(ctx)


def command_first(args: list[str]) -> list[str] | None:
    """`--dsn URL status` as `status --dsn URL`; None where no command is named.

    A word right behind an option is its value, also when it is a command's name.
    """
    for place, (before, word) in enumerate(pairwise(args), start=1):
        if word in _COMMANDS and not before.startswith("-"):
            return [word, *args[:place], *args[place + 1 :]]
    return None


def _is_target(args: list[str], ctx: click.Context) -> bool:
    """The settings have a target of that name, as they are read for `open` with these options."""
    from cockpit.cli.choice import targets
    from cockpit.cli.options import Request
    from cockpit.cli.surroundings import real

    if ctx.obj is None:
        ctx.obj = real()
    places = [value for option, value in pairwise(args) if option == "--repo"]
    return args[0] in targets(Request(repo=Path(places[0]) if places else None), ctx.obj)


def _own_options(group: click.Group, ctx: click.Context) -> set[str]:
    parameters: Iterable[click.Parameter] = group.get_params(ctx)
    return {name for parameter in parameters for name in parameter.opts}


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, package_name="migration-cockpit", message="cockpit %(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """A terminal cockpit for PostgreSQL schema migrations.

    Without a command it opens the screens, of a target that is named as well: cockpit production.
    Commands take --target NAME or --dsn URL, and --repo FOLDER. Looking never writes; applying and
    rolling back ask first, and show what each statement locks and loses.

    Exit codes: 0 done, 1 error or not proved (rehearse), 2 usage, 3 something pending
    (--exit-code), 4 drift (--exit-code), 5 lock held by another, 6 a hazard (--fail-on), 7 refused,
    8 stopped midway.
    """
    if ctx.obj is None:
        from cockpit.cli.surroundings import real

        ctx.obj = real()
