"""The command line: thin commands over the engine; errors become exit codes."""

import gc
import sys

from cockpit.cli.failure import tell_bug
from cockpit.cli.root import root

__all__ = ["main"]


_NEW_OBJECTS = 50_000
"""Between two looks for cycles. Python's own 700 makes it look through all that was imported, and
through the catalog of a thousand tables, dozens of times within one command."""


def main() -> None:
    """The program `cockpit`."""
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    try:
        root(prog_name="cockpit")
    except Exception as error:  # noqa: BLE001 - Python's own traceback would print its message
        tell_bug(error)
        sys.exit(1)
    finally:
        # As it ends, Python looks through everything once more: a fifth of a short command.
        gc.freeze()
