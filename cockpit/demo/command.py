"""The demo as the command line starts it: a situation, then the screens or the board as text."""

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from cockpit.demo.ending import Ending
from cockpit.demo.scenarios import SCENARIOS
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import UsageError
from cockpit.model.target import Environment

if TYPE_CHECKING:
    from cockpit.demo.situations import Situation
    from cockpit.demo.stage import Stage

GONE = "The demo is over: its server, database and repository are removed."


def run_demo(
    scenario: str,
    *,
    theme: str | None,
    keys: dict[str, str],
    ascii_only: bool,
    terminal: bool,
    environment: str | None = None,
) -> int:
    """Make the situation, show it, remove every trace; the exit code.

    Without a terminal the board is printed as text. `environment` is what the target claims to be:
    the situation's own choice when None, `production` to try the ceremony of a protected one.
    Raises `UsageError` for unknown names and `ServerUnavailable` without an embedded PostgreSQL.
    """
    _known("demo", scenario, SCENARIOS)
    if terminal:
        _say(f"demo {scenario}: starting a private PostgreSQL, then the screens …")
    claimed = Environment(_known("environment", environment, Environment)) if environment else None
    with Ending() as ending, ExitStack() as stack:
        server = EmbeddedServer()
        stack.callback(server.stop)
        with ThreadPoolExecutor(1) as beside:
            starting = beside.submit(server.start)
            # Python reads the engine while the server starts: either takes half a second.
            from cockpit.demo.situations import SITUATIONS
            from cockpit.demo.stage import furnish
        starting.result()
        if terminal:
            Thread(target=import_module, args=["cockpit.tui.start"], name="screens ahead").start()
        situation = SITUATIONS[scenario]
        ending.check()
        stage = furnish(server, claimed or situation.environment, watched=terminal)
        situation.prepare(stage)
        stack.enter_context(situation.meanwhile(stage))
        ending.check()
        if terminal:
            return _screens(stage, situation, ending, theme, keys, ascii_only)
        return _text(stage, scenario)


def _known(kind: str, name: str, names: Iterable[str]) -> str:
    if name not in set(names):
        raise UsageError(
            f"There is no {kind} {name}.", next_step=f"Choose from {', '.join(names)}."
        )
    return name


def _screens(
    stage: "Stage",
    situation: "Situation",
    ending: Ending,
    theme: str | None,
    keys: dict[str, str],
    ascii_only: bool,
) -> int:
    from cockpit.demo.fleet import DemoFleet
    from cockpit.tui.start import run

    engine = None if situation.several else stage.open()
    fleet = DemoFleet(stage) if situation.several else None
    try:
        code = run(engine, fleet=fleet, theme=theme, keys=keys, ascii_only=ascii_only)
    finally:
        ending.listen()  # the screens had the signals, and left the system's own answer behind
        if engine is not None:
            engine.close()
    _say(GONE)
    return code


def _text(stage: "Stage", scenario: str) -> int:
    from cockpit.present.board_text import board_text

    engine = stage.open()
    try:
        board = engine.look()
    finally:
        engine.close()
    _say(f"demo      {SCENARIOS[scenario]}")
    _say(board_text(board))
    return 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
