"""The demo as the command line starts it: a situation, then the screens or the board as text."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from types import FrameType

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
    with _ended_by_signals():
        if terminal:
            Thread(target=import_module, args=["cockpit.tui.app"], name="screens ahead").start()
        with staged(claimed, watched=terminal) as stage:
            situation.prepare(stage)
            with situation.meanwhile(stage):
                if terminal:
                    return _screens(stage, theme, keys, ascii_only)
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


def _screens(stage: Stage, theme: str | None, keys: dict[str, str], ascii_only: bool) -> int:
    from cockpit.tui.app import run

    engine = stage.open()
    try:
        code = run(engine, theme=theme, keys=keys, ascii_only=ascii_only)
    finally:
        _raise_on_signals()  # the screens took them, and gave back the system's own answer
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


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A terminal that goes away, and a request to end, clean up like any other end."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    _raise_on_signals()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_ENDING = (signal.SIGTERM, signal.SIGHUP)


def _raise_on_signals() -> None:
    for number in _ENDING:
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)  # once is enough, and cleaning up takes a moment
    raise SystemExit(128 + number)
