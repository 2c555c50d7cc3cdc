"""JSON and text on stdout, and what becomes of a stream that nobody reads any more."""

import json
import os
import sys
from typing import Any, TextIO

import click

_ASKED, _ANSWERED = f"{__name__}.asked", f"{__name__}.answered"
"""Of the whole command line: `--json` stands there; the one value it asks for is printed."""


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """One value; indented for a terminal and a diff alike, on one line with `indent=None`."""
    click.echo(json.dumps(value, indent=indent, ensure_ascii=_ascii_only()))
    here = click.get_current_context(silent=True)
    if indent is not None and here is not None:
        here.meta[_ANSWERED] = True


def json_asked(context: click.Context, parameter: click.Parameter, given: bool) -> bool:
    """Remember for errors that stdout is read by a program."""
    context.meta[_ASKED] = given
    return given


def awaits_json(context: click.Context) -> bool:
    """A program reads stdout, and has not got the one value it waits for."""
    return bool(context.meta.get(_ASKED)) and not context.meta.get(_ANSWERED)


def print_text(text: str) -> None:
    """Text with characters that the terminal's encoding may lack replaced, never an error."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))


def tell_stderr(text: str) -> None:
    """Text on stderr; where nobody reads that either, nowhere."""
    try:
        click.echo(text, err=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """The other end is gone: what is still written goes nowhere, as does the flush at the exit.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _ascii_only() -> bool:
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return encoding != "utf8"
