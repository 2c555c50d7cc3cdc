"""`cockpit open`, and `cockpit` alone: the screens."""

from dataclasses import replace

import click

from cockpit.cli.options import Request, with_request
from cockpit.cli.surroundings import Surroundings
from cockpit.cli.terminal import ascii_only as decided
from cockpit.errors import UsageError


@click.command("open")
@with_request
@click.option("--walkthrough", is_flag=True, help="Writing cannot be armed at all.")
@click.option("--theme", metavar="NAME", help="Colours; also COCKPIT_THEME.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Boxes and glyphs in plain ASCII.")
@click.pass_obj
def open_cockpit(
    surroundings: Surroundings,
    request: Request,
    walkthrough: bool,
    theme: str | None,
    ascii_only: bool,
) -> None:
    """Open the cockpit. It starts read-only; nothing is written before it is armed."""
    from cockpit.cli.choice import read_choice
    from cockpit.cli.opening import opening

    if not surroundings.draws:
        raise UsageError(
            "The screens need a terminal.",
            next_step="cockpit status shows the same as text, with --json for programs.",
        )
    choice = read_choice(request, surroundings)
    settings = choice.resolved.settings
    with opening(choice, request.ref, surroundings, walkthrough=walkthrough) as prepared:
        secret = prepared.password()  # asked now: a question would break the screens later
        engine = surroundings.open_engine(replace(prepared, password=lambda: secret))
        try:
            from cockpit.tui.app import run

            code = run(
                engine,
                theme=theme or settings.theme,
                keys=dict(settings.keys),
                walkthrough=walkthrough,
                ascii_only=ascii_only or decided(settings, surroundings.environment),
            )
        finally:
            engine.close()
    click.get_current_context().exit(code)
