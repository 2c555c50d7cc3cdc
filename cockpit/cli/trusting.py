"""The question before a command that a repository's own file names is run for the first time."""

from pathlib import Path

import click

from cockpit.cli.choice import Choice, read_choice
from cockpit.cli.options import Request
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import UsageError
from cockpit.present.harmless import harmless
from cockpit.settings.origin import Rank
from cockpit.settings.sources import Resolved, project_files
from cockpit.settings.trust import Trust

_COMMANDS = ("password_command", "tool_command")


def read_trusted_choice(request: Request, surroundings: Surroundings) -> Choice:
    """The choice; where its target's command is not trusted yet, the operator is asked.

    Without an operator, or when the answer is no, the command stays untrusted: it is refused at
    the moment it would be run, and only then.
    """
    choice = read_choice(request, surroundings)
    files = _files_of(choice)
    if not files or not surroundings.asks:
        return choice
    agreed = [file for file in files if _agreed(choice, file)]
    for file in agreed:
        _keep(surroundings, file)
    return read_choice(request, surroundings) if agreed else choice


def trust_files(choice: Choice, surroundings: Surroundings) -> None:
    """Show every command that the repository's files name, and trust these files as they are."""
    files = project_files(choice.root) if choice.root is not None else {}
    naming = [file for file in files.values() if _commands_in(choice.resolved, file, files)]
    if not naming:
        click.echo("No settings file of this repository names a command.")
    for file in naming:
        _show(choice.resolved, file, files)
        _keep(surroundings, file)
        click.echo(f"Trusted: {harmless(str(file))}, as it is now.")


def _files_of(choice: Choice) -> list[Path]:
    """Untrusted files whose commands this very choice would run."""
    target = choice.target
    found: list[Path | None] = []
    if target is not None and target.password_command:
        found.append(target.untrusted)
    if choice.resolved.settings.tool_command is not None:
        found.append(choice.resolved.distrusted("tool_command"))
    return list(dict.fromkeys(file for file in found if file is not None))


def _agreed(choice: Choice, file: Path) -> bool:
    files = project_files(choice.root) if choice.root is not None else {}
    _show(choice.resolved, file, files)
    return click.confirm("Trust this file, as it is now?", default=False, err=True)


def _show(resolved: Resolved, file: Path, files: dict[Rank, Path]) -> None:
    click.echo(f"{harmless(str(file))} names commands that run with your rights:", err=True)
    for words in _commands_in(resolved, file, files):
        click.echo(f"  {harmless(words)}", err=True)


def _commands_in(resolved: Resolved, file: Path, files: dict[Rank, Path]) -> list[str]:
    """Each command in force that the file has named, with its setting."""
    found = []
    for key, given in resolved.given.items():
        if key[-1] in _COMMANDS and files.get(given.origin.rank) == file:
            value = given.value
            words = " ".join(value) if isinstance(value, list) else str(value)
            found.append(f"{given.name} = {words}")
    return found


def _keep(surroundings: Surroundings, file: Path) -> None:
    try:
        Trust(surroundings.paths.trusted).keep(file)
    except OSError as error:
        raise UsageError(
            f"That {file} is trusted cannot be written down: {error.strerror}.",
            next_step=f"Make {surroundings.paths.trusted} writable.",
        ) from error
