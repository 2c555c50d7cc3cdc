"""From options and settings to an engine that is opened and, whatever happens, closed again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import click

from cockpit.cli.choice import Choice, needed
from cockpit.cli.options import Request
from cockpit.cli.password import address_and_password
from cockpit.cli.surroundings import Surroundings
from cockpit.cli.trusting import read_trusted_choice
from cockpit.deploy.engine import Engine
from cockpit.deploy.opening import Limits, Opening
from cockpit.errors import Unreachable
from cockpit.model.board import Board
from cockpit.present.harmless import harmless
from cockpit.settings.credentials import described
from cockpit.settings.schema import Command, Rules
from cockpit.settings.trust import refuse


@contextmanager
def opened(
    request: Request, surroundings: Surroundings, *, walkthrough: bool = False
) -> Iterator[Engine]:
    """An engine on the target that is meant. Raises UsageError when none is."""
    choice = read_trusted_choice(request, surroundings)
    with opening(choice, request.ref, surroundings, walkthrough=walkthrough) as prepared:
        engine = surroundings.open_engine(prepared)
        try:
            yield engine
        finally:
            engine.close()


def reached(engine: Engine) -> Board:
    """What is there. Raises Unreachable when the database does not answer."""
    board = engine.look()
    if board.database_error:
        raise Unreachable(board.database_error, kept="")
    return board


@contextmanager
def opening(
    choice: Choice, ref: str | None, surroundings: Surroundings, *, walkthrough: bool = False
) -> Iterator[Opening]:
    """What an engine is opened with. A user leased from Vault lives as long as the body."""
    target, settings = needed(choice), choice.resolved.settings
    for warning in target.warnings:
        click.echo(f"warning: {harmless(surroundings.shown(warning))}", err=True)
    with ExitStack() as stack:
        dsn, password = address_and_password(target, surroundings, stack)
        yield Opening(
            repository=choice.start,
            folder=settings.folder or "",
            dsn=dsn,
            environment=target.environment,
            target=target.name,
            tool=settings.tool,
            tool_command=_tool_command(choice),
            tool_command_refused=_refused(choice),
            history_table=target.rules.history_table,
            ref=ref,
            password=password,
            password_from=partial(described, target, surroundings.environment),
            role=target.role,
            release_tags=settings.release_tags,
            replicas=target.rules.replicas or (),
            limits=_limits(target.rules),
            journal=surroundings.paths.journal,
            rehearsals=surroundings.paths.rehearsals,
            attic=surroundings.paths.attic,
            named_by=choice.named_by,
            walkthrough=walkthrough,
        )


def _tool_command(choice: Choice) -> Command:
    """The framework's command, unless a file names it that nobody has trusted."""
    untrusted = choice.resolved.distrusted("tool_command") is not None
    return () if untrusted else choice.resolved.settings.tool_command or ()


def _refused(choice: Choice) -> str:
    command, file = (
        choice.resolved.settings.tool_command,
        choice.resolved.distrusted("tool_command"),
    )
    if command is None or file is None:
        return ""
    error = refuse(file, "tool_command", command)
    return f"{error.what} {error.next_step}"


def _limits(rules: Rules) -> Limits:
    defaults = Limits()
    return Limits(
        lock_timeout=rules.lock_timeout or defaults.lock_timeout,
        lock_tries=rules.lock_tries or defaults.lock_tries,
        statement_timeout=rules.statement_timeout or defaults.statement_timeout,
        queue_limit=rules.queue_limit or defaults.queue_limit,
        queue_for=rules.queue_time or defaults.queue_for,
        hold_limit=rules.hold_limit or defaults.hold_limit,
        snapshot_patience=rules.snapshot_wait or defaults.snapshot_patience,
    )
