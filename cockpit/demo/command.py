"""The demo as the command line starts it: a situation, then the screens or the board as text."""

import sys
from importlib import import_module
from threading import Thread

from cockpit.demo.ending import Ending
from cockpit.demo.scenarios import SCENARIOS
from cockpit.demo.situations import SITUATIONS, Situation
from cockpit.demo.stage import Stage, staged
from cockpit.errors import UsageError
from cockpit.model.target import Environment

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
    its own choice when None, `production` to try the ceremony of a protected one. Raises
    `UsageError` for unknown names and `ServerUnavailable` without an embedded PostgreSQL.
    """
    situation = _situation(scenario)
    claimed = _environment(environment) or situation.environment
    with Ending() as ending:
        if terminal:
            Thread(target=import_module, args=["cockpit.tui.app"], name="screens ahead").start()
        with staged(claimed, watched=terminal) as stage:
            ending.check()
            situation.prepare(stage)
            with situation.meanwhile(stage):
                ending.check()
                if terminal:
                    return _screens(stage, ending, theme, keys, ascii_only)
                return _text(stage, scenario)


def _situation(name: str) -> Situation:
    if name not in SITUATIONS:
        raise UsageError(
            f"There is no demo {name}.", next_step=f"Choose from {', '.join(SITUATIONS)}."
        )
    return SITUATIONS[name]


def _environment(name: str | None) -> Environment | None:
    try:
        return Environment(name) if name is not None else None
    except ValueError as error:
        raise UsageError(
            f"There is no environment {name}.", next_step=f"Choose from {', '.join(Environment)}."
        ) from error


def _screens(
    stage: Stage, ending: Ending, theme: str | None, keys: dict[str, str], ascii_only: bool
) -> int:
    from cockpit.tui.app import run

    engine = stage.open()
    try:
        code = run(engine, theme=theme, keys=keys, ascii_only=ascii_only)
    finally:
        ending.listen()  # the screens had the signals, and left the system's own answer behind
        engine.close()
    _say(GONE)
    return code


def _text(stage: Stage, scenario: str) -> int:
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
