"""Opens the screens on a terminal and ends them cleanly."""

import os
import sys
from collections.abc import Callable

from cockpit.deploy.engine import Engine
from cockpit.errors import UsageError
from cockpit.settings.paths import Paths
from cockpit.tui.app import Cockpit
from cockpit.tui.fleet import Fleet
from cockpit.tui.present.last_words import last_words
from cockpit.tui.themes import NAMES, theme_name

_SWITCH_SECONDS = 0.0005
"""How long a thread that draws may keep the interpreter. With Python's 5 ms the engine waits that
long after many an answer of the server: a run of 484 short steps took five times as long."""


def run(
    engine: Engine | None,
    *,
    theme: str | None = None,
    keys: dict[str, str] | None = None,
    walkthrough: bool = False,
    ascii_only: bool = False,
    mouse: bool = True,
    fleet: Fleet | None = None,
    name: str | None = None,
    close: Callable[[], None] | None = None,
) -> int:
    """Run the screens until the operator leaves; the exit code.

    Without an `engine` the targets of the `fleet` are shown first. `close` ends what is open, when
    another target is opened and at the end; without it the caller closes the engine.

    Raises `UsageError` for an unknown theme or an unusable key map, before anything is drawn. A run
    that is still on when the screens end for whatever reason is held, and waited for.
    """
    app = None
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        app = Cockpit(
            engine,
            fleet=fleet,
            name=name,
            close=close,
            theme=_known(theme),
            keys=keys,
            walkthrough=walkthrough,
            ascii_only=ascii_only,
            state=Paths.of_user().state,
            environment=os.environ,
        )
        code = app.run(mouse=mouse)
    finally:
        _end(app, close)
    print(last_words(app.desk))  # noqa: T201 - the one plain line that stays on the normal screen
    return app.return_code or code or 0


def _known(theme: str | None) -> str:
    found = theme_name(theme)
    if found is None:
        raise UsageError(
            f"There is no theme {theme}.", next_step=f"Choose from {', '.join(NAMES)}."
        )
    return found


def _end(app: Cockpit | None, close: Callable[[], None] | None) -> None:
    """Wait for a run that is still on, then close whatever is open by now."""
    if app is not None:
        app.desk.settle()
        app.desk.sightings.flush()
        app.targets.close()
    elif close is not None:
        close()
