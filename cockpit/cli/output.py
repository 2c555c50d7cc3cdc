"""JSON on stdout."""

import json
import sys
from typing import Any

import click


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """One value; indented for a terminal and a diff alike, on one line with `indent=None`."""
    click.echo(json.dumps(value, indent=indent, ensure_ascii=_ascii_only()))


def print_text(text: str) -> None:
    """Text with characters that the terminal's encoding may lack replaced, never an error."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))


def _ascii_only() -> bool:
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return encoding != "utf8"
