"""`cockpit open`, and `cockpit` alone: the screens."""

import os
import sys
from dataclasses import replace

import click

from cockpit.cli.options import Request, with_request
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import UsageError
from cockpit.settings.schema import Settings

_POOR_TERMINALS = ("linux", "dumb")


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

    if not surroundings.asks:
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
                ascii_only=ascii_only or poor_terminal(settings, surroundings),
            )
        finally:
            engine.close()
    click.get_current_context().exit(code)


def poor_terminal(settings: Settings, surroundings: Surroundings) -> bool:
    """Whether glyphs beyond ASCII would not be drawn."""
    if settings.ascii is not None:
        return settings.ascii
    encoding = (getattr(sys.stdout, "encoding", None) or os.device_encoding(1) or "").lower()
    poor = surroundings.environment.get("TERM") in _POOR_TERMINALS
    return poor or "utf" not in encoding
