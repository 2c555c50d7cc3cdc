"""`cockpit open`, and `cockpit` alone: the screens."""

import click

from cockpit.cli.options import Request, target_argument, with_request, with_target
from cockpit.cli.surroundings import Surroundings
from cockpit.cli.terminal import ascii_only as decided
from cockpit.errors import UsageError

_SEVERAL = 2


@click.command("open")
@target_argument
@with_request
@click.option("--walkthrough", is_flag=True, help="Writing cannot be armed at all.")
@click.option("--mask", is_flag=True, help="Hide hosts, users and database names.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.option("--theme", metavar="NAME", help="Colours; also COCKPIT_THEME.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Boxes and glyphs in plain ASCII.")
@click.pass_obj
def open_cockpit(
    surroundings: Surroundings,
    named: str | None,
    request: Request,
    walkthrough: bool,
    mask: bool,
    no_mouse: bool,
    theme: str | None,
    ascii_only: bool,
) -> None:
    """Open the cockpit. It starts read-only; nothing is written before it is armed.

    Where several targets are configured and none is named, it starts with the list of them.
    """
    from cockpit.cli.choice import needed
    from cockpit.cli.fleet import ConfiguredFleet, mask_of
    from cockpit.cli.trusting import read_trusted_choice

    if not surroundings.draws:
        raise UsageError(
            "The screens need a terminal.",
            next_step="cockpit status shows the same as text, with --json for programs.",
        )
    choice = read_trusted_choice(with_target(request, named), surroundings)
    settings = choice.resolved.settings
    hides = mask_of(choice) if mask else None
    fleet = ConfiguredFleet(choice, request, surroundings, walkthrough=walkthrough, mask=hides)
    listed = choice.target is None and len(settings.targets) >= _SEVERAL
    if not listed:
        needed(choice)
    opened = None if listed else fleet.opened()

    from cockpit.tui.start import run

    code = run(
        opened.engine if opened else None,
        fleet=fleet,
        name=choice.target.name if choice.target else None,
        close=opened.close if opened else None,
        theme=theme or settings.theme,
        keys=dict(settings.keys),
        walkthrough=walkthrough,
        ascii_only=ascii_only or decided(settings, surroundings.environment),
        mouse=not no_mouse,
    )
    click.get_current_context().exit(code)
