"""JSON and text on stdout, and what becomes of a stream that nobody reads any more."""

import json
import os
import sys
from typing import Any, TextIO

import click


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """One value; indented for a terminal and a diff alike, on one line with `indent=None`."""
    click.echo(json.dumps(value, indent=indent, ensure_ascii=_ascii_only()))


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
