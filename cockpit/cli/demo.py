"""`cockpit demo`: a shop to try things on, with a database and a repository of its own."""

from textwrap import fill

import click

from cockpit.cli.surroundings import Surroundings
from cockpit.cli.terminal import ascii_only as decided
from cockpit.demo.scenarios import DEFAULT, SCENARIOS
from cockpit.model.target import Environment

_CLAIMED = (Environment.LOCAL, Environment.DEV, Environment.STAGING, Environment.PRODUCTION)


_LIST = "\n".join(
    fill(f"{name:<13} {shows}", 76, subsequent_indent=" " * 14) for name, shows in SCENARIOS.items()
)


@click.command(epilog=f"\b\n{_LIST}")
@click.argument("scenario", type=click.Choice(list(SCENARIOS)), default=DEFAULT)
@click.option(
    "--environment",
    type=click.Choice([environment.value for environment in _CLAIMED]),
    help="What the database claims to be; production asks for the full ceremony.",
)
@click.option("--theme", metavar="NAME", help="Colours; also COCKPIT_THEME.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Boxes and glyphs in plain ASCII.")
@click.pass_obj
def demo(
    surroundings: Surroundings,
    scenario: str,
    environment: str | None,
    theme: str | None,
    ascii_only: bool,
) -> None:
    """Try the cockpit on a web shop: real PostgreSQL, real git, gone without a trace afterwards.

    Without a terminal the board is printed as text.
    """
    from cockpit.demo.command import run_demo
    from cockpit.settings.sources import load

    settings = load({}, surroundings.environment, None, surroundings.paths).settings
    code = run_demo(
        scenario,
        theme=theme or settings.theme,
        keys=dict(settings.keys),
        ascii_only=ascii_only or decided(settings, surroundings.environment),
        terminal=surroundings.draws,
        environment=environment,
    )
    click.get_current_context().exit(code)
