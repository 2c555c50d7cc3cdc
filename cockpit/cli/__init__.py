"""The command line: thin commands over the engine; errors become exit codes."""

from cockpit.cli.root import root

__all__ = ["main"]


def main() -> None:
    """The program `cockpit`."""
    root(prog_name="cockpit")
