"""`cockpit version`: the same as `--version`."""

import click

from cockpit import __version__


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"cockpit {__version__}")
