"""The command line: thin commands over the engine; errors become exit codes."""

import sys

from cockpit.cli.failure import tell_bug
from cockpit.cli.root import root

__all__ = ["main"]


def main() -> None:
    """The program `cockpit`."""
    try:
        root(prog_name="cockpit")
    except Exception as error:  # noqa: BLE001 - Python's own traceback would print its message
        tell_bug(error)
        sys.exit(1)
