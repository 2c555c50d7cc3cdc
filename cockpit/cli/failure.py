"""Errors as words on stderr and an exit code. Nothing printed here can hold a secret."""

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from cockpit.cli.output import awaits_json, print_json
from cockpit.errors import CockpitError, DatabaseError, Refused

_BUG = 1
_INTERRUPTED = 130


@contextmanager
def exit_codes(ctx: click.Context) -> Iterator[None]:
    """Run the body. A `CockpitError` exits with its own code, anything unknown with 1."""
    try:
        yield
    except CockpitError as error:
        tell(error)
        if awaits_json(ctx):
            print_json(error_json(error), indent=None)
        ctx.exit(error.exit_code)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nLeft. Nothing was started.", err=True)
        ctx.exit(_INTERRUPTED)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # the reader of a pipe left; click ends quietly
        tell_bug(error)
        ctx.exit(_BUG)
    except Exception as error:  # noqa: BLE001 - the last line of defence against printing locals
        tell_bug(error)
        ctx.exit(_BUG)


def tell(error: CockpitError) -> None:
    """What happened, what was kept, what to do next."""
    from cockpit.present.harmless import harmless, harmless_block

    click.echo(f"error: {harmless_block(error.what)}", err=True)
    if isinstance(error, DatabaseError) and error.sqlstate:
        click.echo(f"sqlstate: {harmless(error.sqlstate)}", err=True)
    for word, words in (("kept", error.kept), ("next", error.next_step)):
        if words:
            click.echo(f"{word}: {harmless_block(words)}", err=True)


def error_json(error: CockpitError) -> dict[str, Any]:
    """The same for a program; `wants` are the options that would answer a refusal."""
    return {
        "event": "Error",
        "kind": type(error).__name__,
        "error": error.what,
        "sqlstate": error.sqlstate if isinstance(error, DatabaseError) else None,
        "kept": error.kept,
        "next": error.next_step,
        "wants": error.wants if isinstance(error, Refused) else {},
        "exit_code": error.exit_code,
    }


def tell_bug(error: BaseException) -> None:
    """The kinds of the errors and the places they passed, for a report.

    No message and no local variable: either may hold a password.
    """
    click.echo("error: this is a bug in the cockpit. Its trace, without any values:", err=True)
    seen: BaseException | None = error
    while seen is not None:
        for frame in traceback.extract_tb(seen.__traceback__, limit=-12):
            click.echo(f"  {frame.filename}:{frame.lineno} in {frame.name}", err=True)
        click.echo(f"  {type(seen).__module__}.{type(seen).__qualname__}", err=True)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    click.echo("next: look at the board before anything else; then report this trace.", err=True)
